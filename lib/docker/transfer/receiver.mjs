import { Readable, Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import zlib from 'node:zlib';
import { shared } from './archive.mjs';
import { quoted } from './engine.mjs';
import { lastLine } from './process.mjs';

const LAYERS = quoted('{{json .RootFS.Layers}}');

/** How often a transfer starts again after the connection broke. */
const MOST_TRIES = 3;

/** Milliseconds before the second try. */
const PAUSE = 3_000;

/** Milliseconds between two lines about the progress. */
const TICK = 2_000;

/** What a transfer is about: the image's name, its layers, and `linux/amd64`. */
export class Receiver {
  /**
   * @param {import('./engine.mjs').Engine} engine
   * @param {string} image
   * @param {(text: string) => void} say
   */
  constructor(engine, image, say) {
    this.engine = engine;
    this.image = image;
    this.say = (text) => say(`${engine.name}: ${text}`);
  }

  /** Asks in one round trip what the engine has. Returns why it cannot be used, or nothing. */
  async ask() {
    const { code, output, error } = await this.engine.shell([
      `docker version --format ${quoted('{{.Server.Os}}/{{.Server.Arch}}')} || exit`,
      `docker image inspect --format ${LAYERS} ${quoted(this.image)} 2>/dev/null || true`,
      'echo --',
      'images=$(docker image ls --all --quiet --no-trunc | sort -u) || exit',
      `[ -z "$images" ] || docker image inspect --format ${LAYERS} $images 2>/dev/null | sort -u`,
      'exit 0',
    ].join('\n'));
    if (code !== 0) {
      return lastLine(error) || `ended with ${code}`;
    }
    const [own, others = ''] = output.split(/^--$/m);
    const [platform, layers = ''] = own.trim().split('\n');
    this.platform = platform;
    this.own = layers;
    this.others = others.split('\n').filter((line) => line.startsWith('[')).map((line) => JSON.parse(line));
    return undefined;
  }

  /** Whether it has the image, with all of its layers. */
  has(layers) {
    return this.own === JSON.stringify(layers);
  }

  /**
   * Sends the layers that the engine lacks, and checks that a container can be made of the image.
   * @param {import('./archive.mjs').ImageArchive} archive
   * @param {readonly string[]} layers
   * @returns {Promise<string | undefined>} why it failed, or nothing
   */
  async receive(archive, layers) {
    let known = Math.max(0, ...this.others.map((others) => shared(layers, others)));
    for (let tries = 1; ; tries++) {
      const { code, problem } = await this.send(archive, layers, known);
      if (problem === undefined) {
        return undefined;
      }
      if (this.engine.isDisconnected(code)) {
        if (tries === MOST_TRIES) {
          return problem;
        }
        this.say(`${problem}; once more in ${PAUSE * tries / 1000} s`);
        await pause(PAUSE * tries);
      } else if (known > 0) {
        this.say(`${problem}; once more with all layers`);
        known = 0;
      } else {
        return problem;
      }
    }
  }

  async send(archive, layers, known) {
    const entries = archive.without(known);
    const total = entries.reduce((sum, { length }) => sum + length, 0);
    let read = 0;
    let sent = 0;
    const progress = setInterval(() => this.say(`${Math.min(99, Math.floor(100 * read / total))} %, ${megabytes(sent)} sent`), TICK);
    const input = Readable.from(archive.bytes(entries))
      .pipe(counted((bytes) => { read += bytes; }))
      .pipe(zlib.createGzip())
      .pipe(counted((bytes) => { sent += bytes; }));
    const image = quoted(this.image);
    // An engine with the containerd store accepts an archive that lacks a layer, and shows the image as complete. Only `create` unpacks it.
    const { code, output, error } = await this.engine.shell([
      'docker load --quiet >/dev/null || exit',
      `container=$(docker create --pull never --network none ${image} x) || exit`,
      'docker rm "$container" >/dev/null || exit',
      `docker image inspect --format ${LAYERS} ${image}`,
    ].join('\n'), input);
    clearInterval(progress);
    if (code !== 0) {
      return { code, problem: lastLine(error) || `ended with ${code}` };
    }
    if (lastLine(output) !== JSON.stringify(layers)) {
      return { code, problem: 'the image has other layers there than here' };
    }
    this.say(`${layers.length - known} of ${layers.length} layers, ${megabytes(sent)} sent`);
    return { code, problem: undefined };
  }
}

function counted(count) {
  return new Transform({
    transform(chunk, _, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
