// Carries an image to other engines, without a registry.
//
//   IMAGE=name:tag SOURCE=<connection> TARGETS=[<connection>, …] node main.mjs
//
// A connection is JSON: see engine.mjs. Needs the docker command here, ssh here for engines that are reached by it, and the docker command there.
// Nothing is sent to any engine before all of them have answered.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ImageArchive } from './archive.mjs';
import { Engine, quoted } from './engine.mjs';
import { lastLine } from './process.mjs';
import { Receiver } from './receiver.mjs';
import { connections } from './settings.mjs';

class Failure extends Error {}

async function transfer(image, source, targets) {
  const say = (text) => process.stderr.write(`${image}: ${text}\n`);
  const receivers = targets.map((engine) => new Receiver(engine, image, say));
  const problems = await Promise.all(receivers.map(async (receiver) => ({ receiver, problem: await receiver.ask() })));
  const down = problems.filter(({ problem }) => problem !== undefined);
  if (down.length > 0) {
    throw new Failure(down.map(({ receiver, problem }) => `${receiver.engine.name} cannot be used: ${problem}`).join('\n')
      + '\nNothing was sent to any machine, and no container was touched.');
  }
  const { platform, layers } = await describe(image, source);
  const others = receivers.filter((receiver) => receiver.platform !== platform);
  if (others.length > 0) {
    const [{ engine, platform: wanted }] = others;
    throw new Failure(`the image is for ${platform}, and ${engine.name} runs ${wanted}.\n`
      + `Give the image the platform of that machine: platform: Platform.of('${wanted}')`);
  }
  const lacking = receivers.filter((receiver) => !receiver.has(layers));
  receivers.filter((receiver) => !lacking.includes(receiver)).forEach((receiver) => receiver.say('has it'));
  if (lacking.length === 0) {
    return;
  }
  await withArchive(image, source, async (archive) => {
    const results = await Promise.all(lacking.map(async (receiver) => ({ receiver, problem: await receiver.receive(archive, layers) })));
    const failed = results.filter(({ problem }) => problem !== undefined);
    if (failed.length > 0) {
      throw new Failure(failed.map(({ receiver, problem }) => `not sent to ${receiver.engine.name}: ${problem}`).join('\n')
        + '\nNo container was touched. The next apply sends it again.');
    }
  });
}

async function describe(image, source) {
  const { code, output, error } = await source.shell(
    `docker image inspect --format ${quoted('{{.Os}}/{{.Architecture}} {{json .RootFS.Layers}}')} ${quoted(image)}`);
  if (code !== 0) {
    throw new Failure(`it is not on ${source.name}, which builds it: ${lastLine(error)}`);
  }
  const [platform, layers] = output.split(' ');
  return { platform, layers: JSON.parse(layers) };
}

/** Reads the image once for all engines. */
async function withArchive(image, source, use) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'image-'));
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const file = path.join(directory, 'image.tar');
    const { code, error } = await source.shell(`docker save --output ${quoted(file)} ${quoted(image)}`);
    if (code !== 0) {
      throw new Failure(`it cannot be saved: ${lastLine(error)}`);
    }
    await use(new ImageArchive(file));
  } finally {
    remove();
  }
}

// Terraform interrupts its programs before it ends. Neither archives nor private keys may stay.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(1));
}
const { image, source, targets, finish } = connections(process.env);
process.once('exit', finish);
try {
  await transfer(image, new Engine(source), targets.map((target) => new Engine(target)));
} catch (error) {
  if (!(error instanceof Failure)) {
    throw error;
  }
  error.message.split('\n').forEach((line) => process.stderr.write(`${image}: ${line}\n`));
  process.exitCode = 1;
}
