import * as http from 'http';

/** Asks a URL at a fixed rate until SIGTERM, each time on a new connection, and prints what came of it. */
const [url, rate] = process.argv.slice(2);
const count = { sent: 0, answered: 0, failed: {} as Record<string, number>, versions: {} as Record<string, number> };

function fail(reason: string): void {
  count.failed[reason] = (count.failed[reason] ?? 0) + 1;
}

const timer = setInterval(() => {
  count.sent++;
  const request = http.get(url, { agent: false, timeout: 5000 }, (response) => {
    let body = '';
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => {
      if (response.statusCode !== 200) {
        fail(`status ${response.statusCode}`);
        return;
      }
      count.answered++;
      const version = /version=(\S+)/.exec(body)?.[1] ?? 'none';
      count.versions[version] = (count.versions[version] ?? 0) + 1;
    });
  });
  request.on('timeout', () => request.destroy(new Error('no answer in 5 s')));
  request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
}, 1000 / Number(rate));

process.on('SIGTERM', () => {
  clearInterval(timer);
  // Until the last request has been answered, or has failed.
  setTimeout(() => {
    process.stdout.write(JSON.stringify(count), () => process.exit(0));
  }, 5500);
});
