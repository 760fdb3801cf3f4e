import { TerraformVariable } from 'cdktf';
import { ContainerImage, Duration, PostgresDatabase } from '../../lib';
import { messageOf } from '../message';
import { goImage, goService, newStack } from '../stack';
import { Given } from './programs';

test.each<[string, () => unknown, RegExp]>([
  ['no networks', () => goService(newStack(), { networks: [] }), /^dev\/service: `networks` is empty: the program would run on the engine's default bridge/],
  ['a tag that is undefined', () => ContainerImage.fromRegistry('acme/shop:undefined'), /the image's tag is "undefined"/],
  ['a tag that is null', () => ContainerImage.fromRegistry('acme/shop:null'), /the image's tag is "null"/],
  ['a variable of 140 kB', () => goService(newStack(), { environment: { TEXT: 'x'.repeat(140_000) } }),
    /the environment variable TEXT is too long.*\n {2}given: {3}"140000 bytes"/],
  ['a secret of 140 kB', () => goService(newStack(), { secretEnvironment: { TEXT: 'x'.repeat(140_000) } }), /the environment variable TEXT is too long/],
  ['a duration as text', () => Duration.seconds('30' as Given), /the argument `amount` is not a number/],
  ['a provider as text', () => goImage(newStack(), { provider: 'docker' }), /the prop `provider` is not a TerraformProvider/],
])('%s is an error at synth', (_, action, expected) => {
  const message = messageOf(action);
  expect(message).toMatch(expected);
  expect(message).toMatch(/\n {2}to do: {3}\S/);
});

test('a variable of just under 128 KiB is accepted', () => {
  expect(() => goService(newStack(), { environment: { TEXT: 'x'.repeat(128 * 1024 - 6) } })).not.toThrow();
});

test('a limit of connections that only Terraform knows is an error at synth', () => {
  const stack = newStack();
  const parameters = { max_connections: new TerraformVariable(stack, 'limit', {}).stringValue };
  expect(messageOf(() => new PostgresDatabase(stack, 'database', { parameters }))).toMatch(/^dev\/database: the PostgreSQL setting max_connections is needed at synth/);
});
