import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import type * as library from '../../lib';
import { writeFiles } from '../go/fixture';
import { PROGRAM, container, newStack, writeStack } from '../stack';

/** Another copy of the library, with the same cdktf. */
function copy(): typeof library {
  let loaded: typeof library;
  jest.isolateModules(() => {
    jest.doMock('cdktf', () => cdktf);
    jest.doMock('constructs', () => constructs);
    loaded = jest.requireActual('../../lib');
  });
  return loaded!;
}

const cdktf = jest.requireActual('cdktf');
const constructs = jest.requireActual('constructs');

describe('two copies of the library in one program', () => {
  const copies = [copy(), copy()];

  function service(which: number, stack: Construct, id: string, props: Record<string, unknown> = {}): void {
    const { ContainerImage, GoService } = copies[which];
    new GoService(stack, id, { image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), ...props });
  }

  test('see the names of containers of each other', () => {
    expect(copies[0].GoService).not.toBe(copies[1].GoService);
    const stack = newStack();
    service(0, stack, 'a', { containerName: 'api' });
    expect(() => service(1, stack, 'b', { containerName: 'api' })).toThrow('another container of the stack has the same name: dev/a');
  });

  test('see the host ports of each other', () => {
    const stack = newStack();
    service(0, stack, 'a', { publish: copies[0].PublishedPort.onLoopback(8080) });
    expect(() => service(1, stack, 'b', { publish: copies[1].PublishedPort.onLoopback(8080) })).toThrow('publishes the same host port: dev/a');
  });

  test('see names that follow from the paths', () => {
    const stack = newStack();
    service(0, stack, 'shop-api');
    expect(() => service(1, new Construct(stack, 'shop'), 'api')).toThrow('the same name as those of dev/shop-api');
  });

  test('see the defaults of each other', () => {
    const stack = newStack();
    copies[0].Defaults.apply(stack, { services: { labels: { team: 'shop' } } });
    service(1, stack, 'api');
    expect(container(stack, 'dev-api').labels).toContainEqual({ label: 'team', value: 'shop' });
    expect(() => copies[0].Defaults.apply(stack, { services: { labels: { more: 'x' } } })).toThrow('come too late');
  });

  test('leave the staged files of each other', () => {
    const outdir = writeFiles({});
    const synth = (text: string): string[] => {
      const stack = new TerraformStack(Testing.app({ outdir }), 'dev');
      const images = copies.map(({ GoScratchImage }, index) => new GoScratchImage(stack, `image${index}`, {
        source: writeFiles({ ...PROGRAM, 'main.go': `${PROGRAM['main.go']}// ${text} ${index}\n` }),
      }));
      const directory = writeStack(stack);
      return images.map(({ contextPath }) => path.join(directory, contextPath));
    };
    const before = synth('before');
    const after = synth('after');
    expect([...after, ...before].map((context) => fs.existsSync(context))).toEqual([true, true, false, false]);
  });
});
