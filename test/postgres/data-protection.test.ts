import { Testing } from 'cdktf';
import { Construct } from 'constructs';
import { BackupSchedule, BackupStorage, PostgresDatabase, PostgresDatabaseProps, RoleAccess } from '../../lib';
import { newStack, resources, resourcesByPath } from '../stack';

function json(id: string, props: PostgresDatabaseProps, path: string[] = []): any {
  const stack = newStack();
  const scope = path.reduce<Construct>((parent, name) => new Construct(parent, name), stack);
  const database = new PostgresDatabase(scope, id, props);
  database.addRole('shop', { access: RoleAccess.owner() });
  database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 3, to: BackupStorage.volume() });
  return JSON.parse(Testing.synth(stack));
}

/** What Terraform compares with its state. Labels and explanations name the construct as it is now. */
function compared({ resource, moved, removed, provider }: any): unknown {
  const text = JSON.stringify({ resource, moved, removed, provider });
  return JSON.parse(text.replace(/dev\/(Storage\/)?(new|old)/g, 'dev/…'));
}

test('a database keeps names and addresses of its former path', () => {
  const before = compared(json('old', {}));
  expect(compared(json('new', { formerly: 'old' }))).toEqual(before);
  expect(compared(json('old', { formerly: 'old' }, ['Storage']))).toEqual(before);
  expect(compared(json('new', {}))).not.toEqual(before);
});

test('a container with a name of its own keeps its address when the construct is renamed', () => {
  const addressOf = (id: string) => Object.entries<any>(json(id, { containerName: 'shop-db' }).resource.docker_container)
    .filter(([, { name }]) => name === 'shop-db').map(([address]) => address);
  expect(addressOf('one')).toEqual([expect.stringMatching(/^container_shop_db_[0-9a-f]{8}$/)]);
  expect(addressOf('two')).toEqual(addressOf('one'));
  const { moved } = json('one', { containerName: 'shop-db' });
  const [, { to: target }] = moved;
  expect(moved).toContainEqual({ from: expect.stringMatching(/^docker_container\.one_[0-9A-F]{8}$/), to: `docker_container.${addressOf('one')[0]}` });
  expect(target).toMatch(/^docker_container\.one_[0-9A-F]{8}$/);
});

test('only data without protection is a resource', () => {
  const volumesOf = (props: PostgresDatabaseProps) => Object.values<any>(json('db', props).resource.docker_volume ?? {}).map(({ name }) => name);
  expect(volumesOf({})).toEqual([]);
  expect(volumesOf({ dataProtection: false }).sort()).toEqual(['dev-db-backups', 'dev-db-data-17']);
});

test('the network is not replaced when the protection is taken away', () => {
  const networkOf = (props: PostgresDatabaseProps) => Object.values<any>(json('db', props).resource.docker_network).find(({ internal }) => internal);
  const { labels, ...before } = networkOf({});
  expect(labels).toHaveLength(1);
  expect(networkOf({ dataProtection: false })).toEqual({ ...before, lifecycle: { ignore_changes: ['options', 'labels'] } });
});

test('the claim knows the volumes of all databases of the stack', () => {
  const stack = newStack();
  new PostgresDatabase(stack, 'one', { volumeName: 'xx' });
  new PostgresDatabase(stack, 'two');
  const { env, volumes } = resourcesByPath(stack).docker_container['one/Claim/Resource'];
  expect(env).toEqual(expect.arrayContaining(['CURRENT_VOLUMES=dev-two-data-17\nxx-17', 'OWNER=dev', 'NAME_IS_DERIVED=false', 'VOLUME_NAME=xx-17']));
  expect(volumes[0]).toMatchObject({ volume_name: 'xx-17', read_only: true });
  expect(resources(stack, 'docker_volume')).toEqual([]);
});

test.each(['', '/db', 'a//b'])('refuses the former path %j', (formerly) => {
  expect(() => new PostgresDatabase(newStack(), 'db', { formerly })).toThrow('not a path that the construct had before');
});
