import { ContainerNetwork } from '../../lib';
import { newStack, warnings } from '../stack';

test('a stack with more networks than an engine has room for has one warning, which says what to do', () => {
  const stack = newStack();
  const add = (count: number): void => {
    for (let index = 0; index < count; index++) {
      new ContainerNetwork(stack, `network${stack.node.children.length}`);
    }
  };
  add(24);
  expect(warnings(stack)).toEqual([]);
  add(6);
  expect(warnings(stack)).toEqual([expect.stringMatching(/room for about thirty.*default-address-pools/)]);
});
