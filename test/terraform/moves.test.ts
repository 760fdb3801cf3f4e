import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { TerraformData } from '../../lib/terraform/data';
import { addMoved, addRemoved, forget, takesThePlaceOf } from '../../lib/terraform/moves';
import { newStack, synthesized } from '../stack';

const MOVE = { from: 'terraform_data.mine', to: 'terraform_data.yours' };
const REMOVAL = { from: 'terraform_data.gone', lifecycle: { destroy: false } };

function stateChanges(stack: TerraformStack): { moved?: unknown[]; removed?: unknown[] } {
  const { moved, removed } = synthesized(stack);
  return { moved, removed };
}

test.each<[string, (stack: TerraformStack, library: () => void) => void]>([
  ['before', (stack, library) => {
    stack.addOverride('moved', [MOVE]);
    stack.addOverride('removed', [REMOVAL]);
    library();
  }],
  ['after', (stack, library) => {
    library();
    stack.addOverride('moved', [MOVE]);
    stack.addOverride('removed', [REMOVAL]);
  }],
  ['as one block without a list', (stack, library) => {
    library();
    stack.addOverride('moved', MOVE);
    stack.addOverride('removed', REMOVAL);
  }],
])('moved and removed blocks that a user overrides %s the library stay beside those of the library', (_when, write) => {
  const stack = newStack();
  write(stack, () => {
    takesThePlaceOf(new TerraformData(stack, 'now'), 'then');
    forget(stack, 'docker_volume', 'left');
    addRemoved(stack, 'docker_volume.other');
  });
  const { moved, removed } = stateChanges(stack);
  expect(moved).toHaveLength(2);
  expect(moved).toEqual(expect.arrayContaining([MOVE, { from: 'terraform_data.then', to: 'terraform_data.now' }]));
  expect(removed).toHaveLength(3);
  expect(removed).toEqual(expect.arrayContaining([
    REMOVAL,
    { from: 'docker_volume.left', lifecycle: { destroy: false } },
    { from: 'docker_volume.other', lifecycle: { destroy: false } },
  ]));
});

test('a move that a user makes by cdktf stays beside those of the library', () => {
  const stack = newStack();
  addMoved(stack, { from: 'terraform_data.b', to: 'terraform_data.c' });
  movedFrom(new TerraformData(stack, 'users'), 'terraform_data.a');
  expect(stateChanges(stack).moved).toEqual(expect.arrayContaining([
    { from: 'terraform_data.a', to: 'terraform_data.users' }, { from: 'terraform_data.b', to: 'terraform_data.c' },
  ]));
});

test('what a user writes about an address takes precedence: Terraform refuses two blocks about one source or one destination', () => {
  const stack = newStack();
  for (const [from, to] of [['a', 'b'], ['c', 'd'], ['e', 'f'], ['g', 'h'], ['i', 'j']]) {
    addMoved(stack, { from: `terraform_data.${from}`, to: `terraform_data.${to}` });
  }
  addRemoved(stack, 'terraform_data.k');
  const users = [{ from: 'terraform_data.a', to: 'terraform_data.x' }, { from: 'terraform_data.y', to: 'terraform_data.d' }, { from: 'terraform_data.k', to: 'terraform_data.z' }];
  const removal = { from: 'terraform_data.e', lifecycle: { destroy: true } };
  stack.addOverride('moved', users);
  stack.addOverride('removed', [removal]);
  movedFrom(new TerraformData(stack, 'h'), 'terraform_data.v');
  const { moved, removed } = stateChanges(stack);
  expect(removed).toEqual([removal]);
  expect(moved).toHaveLength(users.length + 2);
  expect(moved).toEqual(expect.arrayContaining([
    ...users, { from: 'terraform_data.v', to: 'terraform_data.h' }, { from: 'terraform_data.i', to: 'terraform_data.j' },
  ]));
});

test('the same block is written once', () => {
  const stack = newStack();
  for (const scope of [stack, new Construct(stack, 'other')]) {
    addMoved(scope, MOVE);
    addRemoved(scope, REMOVAL.from);
  }
  expect(stateChanges(stack)).toEqual({ moved: [MOVE], removed: [REMOVAL] });
});

/** cdktf's `moveFromId` asks Terraform for its version first. */
function movedFrom(resource: TerraformResource, address: string): void {
  Object.assign(resource, { _movedById: { from: address, to: `${resource.terraformResourceType}.${resource.friendlyUniqueId}` } });
}
