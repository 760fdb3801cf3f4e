const BLOCK = 512;

/**
 * An archive with one file of root.
 * Source of the fields: https://www.gnu.org/software/tar/manual/html_node/Standard.html
 * @param mode in octal digits
 */
export function tarArchive(path: string, content: string, mode: string): Buffer {
  const text = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(path.replace(/^\//, ''), 0);
  header.write(octal(parseInt(mode, 8), 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(text.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  header.write(octal(header.reduce((sum, byte) => sum + byte, 0), 7), 148);
  return Buffer.concat([header, text, Buffer.alloc((BLOCK - text.length % BLOCK) % BLOCK), Buffer.alloc(2 * BLOCK)]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
