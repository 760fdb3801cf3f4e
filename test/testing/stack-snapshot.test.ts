import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack, Testing } from 'cdktf';
import {
  Gateway, GoScratchImage, GoService, GoServiceWithPostgres, ImageRegistry, Platform, PublishedPort, Rollout, StackSnapshot,
} from '../../lib';
import { writeFiles } from '../go/fixture';
import { callMessageOf } from '../message';
import { PROGRAM, goService, newStack } from '../stack';

/** An MD5 sum of a user, which looks like a fingerprint. */
const SUM = '0123456789abcdef0123456789abcdef';

function snapshotOf(source: string, memory: string): string {
  const stack = new TerraformStack(Testing.app(), 'dev');
  const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
  const everywhere = { platforms: [Platform.LINUX_AMD64, Platform.LINUX_ARM64], registry: ImageRegistry.of('registry.example.com/team') };
  new GoServiceWithPostgres(stack, 'shop', {
    source,
    rollout: Rollout.blueGreen(),
    routes: [gateway.route({ host: 'shop.example' })],
    migration: { arguments: ['migrate'] },
    environment: { SUM, MEMORY: memory },
  });
  new GoService(stack, 'api', { image: new GoScratchImage(stack, 'Image', { source, keepImages: 3, removeImagesOnDestroy: true, ...everywhere }) });
  new GoService(stack, 'arm', { image: new GoScratchImage(stack, 'ArmImage', { source, platform: Platform.LINUX_ARM64 }) });
  return StackSnapshot.of(stack);
}

test('an edit of the sources changes nothing, every other change does', () => {
  const source = writeFiles(PROGRAM);
  const before = snapshotOf(source, 'a');
  fs.appendFileSync(path.join(source, 'main.go'), '\n// An edit.\n');
  expect(snapshotOf(source, 'a')).toBe(before);
  expect(snapshotOf(source, 'b')).not.toBe(before);
  expect(before).toContain('"name": "dev-shop:<fingerprint>"');
  expect(before).toContain('dev-image:<fingerprint>-linux-arm64');
  expect(before).toContain('"context": "assets/contexts/<fingerprint>"');
});

test('values of the user stay, also those that look like a fingerprint', () => {
  const stack = newStack();
  goService(stack, { environment: { SUM } });
  expect(StackSnapshot.of(stack)).toContain(`SUM=${SUM}`);
  expect(snapshotOf(writeFiles(PROGRAM), 'a').match(/[0-9a-f]{32}/g)).toEqual(expect.arrayContaining([SUM]));
});

test('it is JSON, without the metadata of constructs', () => {
  const stack = newStack();
  goService(stack);
  expect(JSON.parse(StackSnapshot.of(stack))).not.toHaveProperty('//');
});

test('a stack without images has one', () => {
  expect(JSON.parse(StackSnapshot.of(newStack()))).toHaveProperty('terraform');
});

test('what is not a stack is refused', () => {
  expect(callMessageOf(() => StackSnapshot.of({} as any))).toContain('StackSnapshot.of(): the argument `stack` is not a TerraformStack');
});
