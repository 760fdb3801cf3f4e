import { UNREPRESENTABLE } from './dockerfile-text';
import { GoImageProps } from './go-image-props';
import { parseImageReference, validateRepository } from '../image/reference';
import { InputError } from '../input/input-error';
import { BOOLEAN, mapOfObjectsWith, NUMBERS, objectWith, OPTIONS, PLATFORM, PLATFORMS, PropType, TEXT, TEXTS, TEXT_MAP } from '../input/prop-types';

const LARGEST_ID = 4294967294;

const IMAGE_REGISTRY = objectWith('_login', 'ImageRegistry', 'ImageRegistry.of("registry.example.com/team")');
const VERSION_STAMP = objectWith('_labels', 'VersionStamp', 'VersionStamp.of({ version: "1.4.0" })');

/** The types of all props; kinds of images add their own. */
export const GO_IMAGE_PROP_TYPES: Readonly<Record<string, PropType>> = {
  source: { ...TEXT, example: '"services/shop"' },
  mainPackage: { ...TEXT, example: '"./cmd/app"' },
  repository: { ...TEXT, example: '"registry.example.com/team/shop"' },
  platform: PLATFORM,
  platforms: PLATFORMS,
  registry: IMAGE_REGISTRY,
  stamp: VERSION_STAMP,
  goVersion: { ...TEXT, example: '"1.26"' },
  builderImage: { ...TEXT, example: '"golang:1.26"' },
  tags: TEXTS,
  ldflags: { ...TEXTS, example: '["-s", "-w"]' },
  variables: { ...TEXT_MAP, example: '{ "main.version": "1.0" }' },
  user: { ...TEXT, example: '"65534:65534"' },
  ports: NUMBERS,
  caCertificates: { ...TEXTS, example: '["certificates/proxy.pem"]' },
  moduleProxy: { ...TEXT, example: '"https://proxy.example.com"' },
  privateModules: { ...OPTIONS, example: '{ patterns: ["github.com/acme/*"] }' },
  extraFiles: { ...TEXT_MAP, example: '{ "/etc/app/config.json": "config.json" }' },
  include: { ...TEXTS, example: '["templates/**"]' },
  labels: TEXT_MAP,
  timezones: BOOLEAN,
  variant: objectWith('_problem', 'DistrolessVariant', 'DistrolessVariant.BASE'),
  cCompilers: { ...TEXT_MAP, example: '{ "linux/arm64": "aarch64-linux-gnu-gcc" }' },
};

/** The types of `privateModules`. */
export const PRIVATE_MODULES_TYPES: Readonly<Record<string, PropType>> = {
  patterns: { ...TEXTS, example: '["github.com/acme/*"]' },
  netrc: { ...objectWith('_render', 'BuildSecret', 'BuildSecret.fromEnvironmentVariable("NETRC")'), secret: true },
};

/** The types of what {@link ImageDefaults} are given. */
export const IMAGE_DEFAULTS_TYPES: Readonly<Record<string, PropType>> = {
  mirrors: mapOfObjectsWith('_login', 'ImageRegistry', '{ "docker.io": ImageRegistry.of("registry.example.com/dockerhub") }'),
  pins: { ...TEXT_MAP, example: '{ "golang:1.26": "sha256:…" }' },
  registry: IMAGE_REGISTRY,
  stamp: VERSION_STAMP,
  builderImage: GO_IMAGE_PROP_TYPES.builderImage,
  moduleProxy: GO_IMAGE_PROP_TYPES.moduleProxy,
  privateModules: GO_IMAGE_PROP_TYPES.privateModules,
  caCertificates: GO_IMAGE_PROP_TYPES.caCertificates,
  labels: GO_IMAGE_PROP_TYPES.labels,
};

/** Checks everything of the props that can be checked without reading the sources. */
export function validateGoImageProps(props: GoImageProps): void {
  if (props.repository !== undefined) {
    validateRepository(props.repository);
  }
  props.registry?._validate();
  validatePlatforms(props);
  const stampProblem = props.stamp?._problem();
  if (stampProblem) {
    throw new InputError(stampProblem);
  }
  for (const [label, value] of Object.entries(props.stamp?._labels() ?? {})) {
    requireOneLine(`the label ${label}`, value);
  }
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
  validateUser(props.user);
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

/** @throws when the text cannot stand in a Dockerfile, which has no notation for control characters */
export function requireOneLine(what: string, value: string): void {
  if (UNREPRESENTABLE.test(value)) {
    fail(`${what} holds a line end or another control character`, value, 'one line of text', 'remove the control characters');
  }
}

/** Port 0 means "any" to the kernel and 65535 is TCP's last. */
export function validatePort(what: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    fail(`not a TCP port for ${what}`, port, 'a whole number from 1 to 65535', 'give the port that the program listens on');
  }
}

function validatePorts(ports: readonly number[]): void {
  ports.forEach((port) => validatePort('`ports`', port));
  const repeated = ports.find((port, index) => ports.indexOf(port) !== index);
  if (repeated !== undefined) {
    fail('a port is given twice in `ports`', repeated, 'each port once', 'remove one of them');
  }
}

/** A user becomes an instruction of the Dockerfile as it is. */
export function validateUser(user: string | undefined): void {
  if (user === undefined) {
    return;
  }
  const ids = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(user)?.slice(1).filter((id) => id !== undefined).map(Number);
  if (!ids || ids.some((id) => id > LARGEST_ID)) {
    fail('not a numeric user', user, `"uid" or "uid:gid", each from 0 to ${LARGEST_ID}`,
      'use numbers: an image without a shell has no list of user names worth relying on');
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
      // Reported below, together with schemes that Go does not know.
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
