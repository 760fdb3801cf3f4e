import { InputError } from '../input/input-error';

/** Go's syntax for the name that `-X` sets: import path, dot, identifier. */
const VARIABLE = /^[^\s'"=]+\.[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * The value of `go build -ldflags`: the flags, then an `-X` for each variable in the order of their names.
 *
 * Go splits the value at white space. It has single and double quotes without escapes, so no word can hold white space and both quotes.
 * Source: `cmd/internal/quoted` in the Go distribution.
 */
export function linkerFlags(flags: readonly string[], variables: Readonly<Record<string, string>>): string {
  flags.forEach(requireOneFlag);
  const words = [...flags];
  for (const name of Object.keys(variables).sort()) {
    if (!VARIABLE.test(name)) {
      throw new InputError({
        what: 'not the name of a Go variable for `variables`',
        given: name,
        allowed: 'import path, dot and name, for example "main.version" or "example.com/shop/internal/build.Version"',
        remedy: 'write the package\'s import path before the variable\'s name; the main package\'s is "main"',
      });
    }
    words.push('-X', `${name}=${variables[name]}`);
  }
  const text = words.map(quotedWord).join(' ');
  // Go refuses a leading quote, because it parses a package pattern first. `all=` matches every package.
  // Source: `cmd/go/internal/load/flag.go`, PerPackageFlag.Set
  return text === '' || text.startsWith('-') ? text : `all=${text}`;
}

/** The linker does not know two flags in one entry. */
function requireOneFlag(flag: string): void {
  const name = flag.startsWith('-') ? flag.split('=')[0] : '';
  if (flag.trim() === '' || /\s/.test(name)) {
    throw new InputError({
      what: 'not one linker flag',
      given: flag,
      allowed: 'one flag in each entry, for example ["-s", "-w", "-extldflags=-static"]',
      remedy: /\s/.test(name) ? 'make each flag an entry of its own in `ldflags`' : 'remove the empty entry from `ldflags`',
    });
  }
}

function quotedWord(word: string): string {
  if (!/[\s'"]/.test(word)) {
    return word;
  }
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(word)) {
    throw new InputError({
      what: 'a linker flag holds a control character',
      given: word,
      allowed: 'one line of text',
      remedy: 'keep long texts in a file that the program embeds with //go:embed',
    });
  }
  const quote = ['\'', '"'].find((candidate) => !word.includes(candidate));
  if (quote === undefined) {
    throw new InputError({
      what: 'a linker flag holds single and double quotes, which Go\'s -ldflags has no notation for',
      given: word,
      allowed: 'one kind of quotes',
      remedy: 'change the value, or keep it in a file that the program embeds with //go:embed',
    });
  }
  return `${quote}${word}${quote}`;
}
