import { UNREPRESENTABLE } from './dockerfile-text';
import { GoImageProps } from './go-image-props';
import { parseImageReference, validateRepository } from '../image/reference';
import { userProblem } from '../image/user';
import { InputError } from '../input/input-error';
export function validateGoImageProps(props: GoImageProps): void {
  if (props.repository !== undefined) {
    validateRepository(props.repository);
  }
  validatePlatforms(props);
  if (props.builderImage !== undefined) {
    parseImageReference(props.builderImage);
  }
  if (props.goVersion !== undefined && !/^1\.\d+(\.\d+)?$/.test(props.goVersion)) {
    fail('not a Go version', props.goVersion, 'major and minor version, and optionally the patch, for example "1.26" or "1.26.1"',
      'write the version without "go" or "v", or give `builderImage`');
  }
  for (const tag of props.tags ?? []) {
    if (!/^[\p{L}\p{N}_.]+$/u.test(tag)) {
      fail('not a build tag', tag, 'letters, digits, "_" and "."', 'give each tag as a string of its own in `tags`');
    }
  }
  for (const flag of props.gcflags ?? []) {
    if (!/^-[^\s'"]+$/.test(flag)) {
      fail('not one flag for the compiler', flag, 'one flag in each entry, which starts with "-" and has no white space or quotes, for example ["-N", "-l"]',
        'write a flag\'s value after "=", and leave out a package pattern such as "all=": the flags are for every package');
    }
    requireOneLine('a flag for the compiler', flag);
  }
  const wrongUser = userProblem(props.user);
  if (wrongUser) {
    throw new InputError(wrongUser);
  }
  validatePorts(props.ports ?? []);
  validateModuleProxy(props.moduleProxy);
  for (const pattern of props.privateModules?.patterns ?? []) {
    if (!/^[^\s,"'$\\]+$/.test(pattern)) {
      fail('not a module path pattern for `privateModules`', pattern, 'a pattern such as "github.com/acme/*"',
        'give each pattern as a string of its own in `patterns`');
    }
  }
  for (const [name, value] of Object.entries(props.labels ?? {})) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name)) {
      fail('not the name of a label', name, 'letters, digits, ".", "_", "/" and "-", for example "org.opencontainers.image.source"',
        'rename the label');
    }
    requireOneLine(`the label ${name}`, value);
  }
}

function validatePlatforms({ platform, platforms }: GoImageProps): void {
  if (platforms === undefined) {
    return;
  }
  const names = platforms.map(String);
  if (platform !== undefined) {
    fail('`platform` and `platforms` are given', { platform: platform.toString(), platforms: names }, 'one of the two',
      'leave `platform` out: services run the build that fits the engine');
  }
  if (names.length === 0) {
    fail('`platforms` is empty', names, 'at least one platform', 'leave `platforms` out for the platform of the engine that builds');
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    fail('a platform is given twice in `platforms`', repeated, 'each platform once', 'remove one of them');
  }
}

/** @throws when the text holds control characters, which a Dockerfile cannot express */
export function requireOneLine(what: string, value: string): void {
  if (UNREPRESENTABLE.test(value)) {
    fail(`${what} holds a line end or another control character`, value, 'one line of text', 'remove the control characters');
  }
}

function validatePorts(ports: readonly number[]): void {
  const repeated = ports.find((port, index) => ports.indexOf(port) !== index);
  if (repeated !== undefined) {
    fail('a port is given twice in `ports`', repeated, 'each port once', 'remove one of them');
  }
}

function validateModuleProxy(proxy: string | undefined): void {
  if (proxy === undefined) {
    return;
  }
  for (const entry of proxy.split(/[,|]/)) {
    if (entry === 'direct' || entry === 'off') {
      continue;
    }
    let url: URL | undefined;
    try {
      url = new URL(entry);
    } catch {
      // The check below reports it, as it does unknown schemes.
    }
    if (!url || !['https:', 'http:', 'file:'].includes(url.protocol) || /[\s"'$\\]/.test(entry)) {
      fail('not a module proxy', entry.replace(/\/\/.*@/, '//…@'), '"direct", "off", or a URL with https, http or file; several are joined by "," or "|"',
        'write it as GOPROXY has it');
    }
    if (url.password !== '' || url.username !== '') {
      fail('the module proxy\'s URL holds credentials, which would appear in the Dockerfile and in the plan', `${url.protocol}//…@${url.host}`,
        'a URL without user name and password', 'give the credentials as `privateModules: { netrc: BuildSecret.fromEnvironmentVariable("NETRC") }`');
    }
  }
}

function fail(what: string, given: unknown, allowed: string, remedy: string): never {
  throw new InputError({ what, given, allowed, remedy });
}
