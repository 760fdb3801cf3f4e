import type * as path from 'node:path';
import type * as sourceTree from '../../lib/files/source-tree';
import type * as goModule from '../../lib/go/go-module';

jest.mock('node:path', () => jest.requireActual<typeof path>('node:path').win32);

test('with the paths of Windows, the error says where a synthesis runs', () => {
  const { GoModule } = jest.requireActual<typeof goModule>('../../lib/go/go-module');
  const { SourceTree } = jest.requireActual<typeof sourceTree>('../../lib/files/source-tree');
  expect(() => GoModule._load('services\\shop', new SourceTree())).toThrow(/Go modules cannot be read with the paths of Windows[^]*WSL/);
});
