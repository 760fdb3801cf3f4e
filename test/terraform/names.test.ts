import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { dockerName } from '../../lib/terraform/names';
import { SeededRandom } from '../oracles/seeded-random';

function nameAt(...ids: string[]): string {
  const [stack, ...rest] = ids;
  return dockerName(rest.reduce<Construct>((scope, id) => new Construct(scope, id), new TerraformStack(Testing.app(), stack)));
}

test.each([
  [['dev'], 'dev'],
  [['dev', 'shop'], 'dev-shop'],
  [['dev', 'Shop', 'Database'], 'dev-shop-database'],
  [['dev-eu', 'shop-api'], 'dev-eu-shop-api'],
  [['dev', 'ServiceNetwork'], 'dev-servicenetwork'],
  [['dev', 'x'.repeat(59)], `dev-${'x'.repeat(59)}`],
  [['dev', 'x'.repeat(60)], `dev-${'x'.repeat(50)}-044dea9d`],
  [['dev', 'a_b'], 'dev-a-b-809613da'],
  [['dev', 'a--b'], 'dev-a-b-ec3818b7'],
  [['dev', '"quoted"\nline'], 'dev-quoted-line-0d0010b0'],
  [['dev', '"quoted"--line'], 'dev-quoted-line-0d0010b0'],
  [['dev', '$(id)'], 'dev-id-bae9289f'],
  [['dev', '日本'], 'dev-c8c4c6e7'],
])('the name of %j', (ids, name) => {
  expect(nameAt(...ids)).toBe(name);
});

test('names are valid for Docker and as one DNS label, and no two paths give one name', () => {
  const random = new SeededRandom(20);
  const app = Testing.app();
  const ids = ['a', 'A', 'ab', 'a-b', 'b', 'B-a', 'a_b', 'a--b', '-a', 'a-', '$(id)', '"', 'x\ny', 'é', '日本', ' ', 'x'.repeat(40), 'aB'];
  const owners = new Map<string, string>();
  let refused = 0;
  const stacks = ['a', 'a-b', 'dev', 'Dev'].map((id) => new TerraformStack(app, id));
  for (let round = 0; round < 3_000; round += 1) {
    let scope: Construct = random.pick(stacks);
    for (const id of random.several(0, 4, () => random.pick(ids))) {
      scope = (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id);
    }
    let name: string;
    try {
      name = dockerName(scope);
    } catch (error) {
      expect((error as Error).message).toContain('would have the same name as those of');
      refused += 1;
      continue;
    }
    expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(owners.get(name) ?? scope.node.path).toBe(scope.node.path);
    owners.set(name, scope.node.path);
  }
  expect(owners.size).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(0);
});

test('a construct has the same name each time', () => {
  const scope = new Construct(new TerraformStack(Testing.app(), 'dev'), 'shop');
  expect([dockerName(scope), dockerName(scope)]).toEqual(['dev-shop', 'dev-shop']);
});

test('other apps have names of their own', () => {
  expect(nameAt('dev', 'shop')).toBe(nameAt('dev', 'Shop'));
});
