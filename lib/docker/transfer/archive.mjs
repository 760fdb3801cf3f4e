import * as fs from 'node:fs';

const BLOCK = 512;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} at where its header begins
 * @property {number} size of its content
 * @property {number} length of header, content and padding
 */

/** The archive that `docker save` writes, of one image. */
export class ImageArchive {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
    const descriptor = fs.openSync(file, 'r');
    try {
      /** @type {readonly Entry[]} */
      this.entries = [...entriesOf(descriptor)];
      const manifest = this.entries.find(({ name }) => name === 'manifest.json');
      const content = Buffer.alloc(manifest.size);
      fs.readSync(descriptor, content, 0, manifest.size, manifest.at + BLOCK);
      /** The names of the layers, from the lowest to the highest. */
      this.layers = /** @type {string[]} */ (JSON.parse(content.toString())[0].Layers);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** The entries without the lowest layers, which the other engine has. The same layer may be higher up once more. */
  without(layers) {
    const kept = new Set(this.layers.slice(layers));
    const left = new Set(this.layers.slice(0, layers).filter((name) => !kept.has(name)));
    return this.entries.filter(({ name }) => !left.has(name));
  }

  /** The bytes of an archive with these entries. */
  async* bytes(entries) {
    for (const { at, length } of entries) {
      yield* fs.createReadStream(this.file, { start: at, end: at + length - 1 });
    }
    yield Buffer.alloc(2 * BLOCK);
  }
}

/** How many of the lowest layers two images share. An engine finds a layer by itself and all those below it. */
export function shared(layers, others) {
  const different = layers.findIndex((layer, index) => others[index] !== layer);
  return different < 0 ? layers.length : different;
}

function* entriesOf(descriptor) {
  const header = Buffer.alloc(BLOCK);
  const text = (from, to) => header.subarray(from, to).toString('latin1').replace(/\0.*$/s, '').trim();
  for (let at = 0; fs.readSync(descriptor, header, 0, BLOCK, at) === BLOCK && header[0] !== 0;) {
    const size = Number.parseInt(text(124, 136) || '0', 8);
    const length = BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    yield { name: text(0, 100), at, size, length };
    at += length;
  }
}
