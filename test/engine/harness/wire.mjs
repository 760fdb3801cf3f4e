// A connection to a server of this machine that counts what is sent, and breaks when a file says so. A process of its own, because tests
// wait for Terraform without answering anything else.
//
//   node wire.mjs TARGET DIRECTORY      prints the port that it listens on
//
// TARGET is a port or the path of a socket.
//
// DIRECTORY/sent has the bytes that clients have sent; DIRECTORY/limit, if it is there, after how many of them a connection breaks.
import * as fs from 'node:fs';
import * as net from 'node:net';

const [target, directory] = process.argv.slice(2);
let sent = 0;

function limit() {
  try {
    return Number(fs.readFileSync(`${directory}/limit`, 'utf8'));
  } catch {
    return Infinity;
  }
}

const server = net.createServer((client) => {
  const upstream = net.connect(target.startsWith('/') ? target : { port: Number(target), host: '127.0.0.1' });
  const longest = limit();
  let ofThis = 0;
  client.on('data', (chunk) => {
    ofThis += chunk.length;
    sent += chunk.length;
    fs.writeFileSync(`${directory}/sent`, String(sent));
    if (ofThis > longest) {
      fs.appendFileSync(`${directory}/broken`, `${ofThis}\n`);
      client.destroy();
      upstream.destroy();
    }
  });
  client.pipe(upstream).pipe(client);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
