import { Defaults, BaseImage, GoDistrolessImage, ImageRegistry, RegistryCredentials, VersionStamp } from '../../lib';
import { messageOf } from '../message';
import { helloProgram, newStack } from '../stack';

const source = helloProgram();
const missing = undefined as any;

function image(props: object): string {
  return messageOf(() => new GoDistrolessImage(newStack(), 'app', { source, ...props }));
}

describe('without TypeScript\'s check, a wrong type is told', () => {
  test.each([
    [{ platforms: ['linux/arm64'] }, 'platforms[0]', 'a Platform', 'Platform.LINUX_AMD64'],
    [{ registry: 'registry.example.com' }, 'registry', 'an ImageRegistry', 'ImageRegistry.of("registry.example.com/team")'],
    [{ stamp: '1.4' }, 'stamp', 'a VersionStamp', 'VersionStamp.of(…)'],
    [{ variant: 'base' }, 'variant', 'a BaseImage', 'BaseImage.STATIC'],
    [{ cCompilers: 'gcc' }, 'cCompilers', 'an object with strings as its values', '{ name: "…" }'],
  ])('of the prop in %j', (props, name, type, example) => {
    const text = image(props);
    expect(text.split('\n')[0]).toBe(`dev/app: the prop \`${name}\` is not ${type}`);
    expect(text).toContain(example);
  });

  test.each([
    ['ImageRegistry.of', () => ImageRegistry.of(missing), 'prefix'],
    ['RegistryCredentials.dockerConfig', () => RegistryCredentials.dockerConfig(7 as any), 'file'],
    ['RegistryCredentials.usernameAndPassword', () => RegistryCredentials.usernameAndPassword(missing, 'x'), 'username'],
    ['RegistryCredentials.usernameAndPassword', () => RegistryCredentials.usernameAndPassword('ci', missing), 'password'],
    ['BaseImage.of', () => BaseImage.of(missing), 'image'],
  ])('of an argument of %s', (factory, action, argument) => {
    expect(messageOf(action)).toMatch(new RegExp(`^${factory}\\(.*\\): the argument \`${argument}\` is (missing|not a string)\n`));
  });

  test.each([
    ['ImageRegistry.of', () => ImageRegistry.of('ghcr.io', { plainHttp: 'yes' as any }), 'plainHttp'],
    ['ImageRegistry.of', () => ImageRegistry.of('ghcr.io', { credentials: 'ci' as any }), 'credentials'],
    ['BaseImage.of', () => BaseImage.of('a', { cgoEnabled: 1 as any }), 'cgoEnabled'],
    ['VersionStamp.of', () => VersionStamp.of({ version: 1 as any }), 'version'],
    ['VersionStamp.fromEnvironment', () => VersionStamp.fromEnvironment({ revision: true as any }), 'revision'],
  ])('of an option of %s', (factory, action, option) => {
    expect(messageOf(action)).toMatch(new RegExp(`^${factory}\\(.*\\): the argument \`(options|values|names)\\.${option}\` is not `));
  });

  test.each([
    [{ mirrors: { 'docker.io': 'registry.example.com' } }, 'the prop `images.mirrors.docker.io` is not an ImageRegistry'],
    [{ pins: { 'golang:1.26': 1 } }, 'the prop `images.pins.golang:1.26` is not a string'],
    [{ privateModules: { netrc: 'password' } }, 'the prop `images.privateModules.netrc` is not a BuildSecret'],
  ])('of defaults in %j', (images, message) => {
    const text = messageOf(() => Defaults.apply(newStack(), { images } as any));
    expect(text).toContain(`dev: ${message}`);
    expect(text).not.toContain('"password"');
  });

  test('and a password is not shown', () => {
    expect(messageOf(() => RegistryCredentials.usernameAndPassword('ci', 12345 as any))).not.toContain('12345');
  });
});
