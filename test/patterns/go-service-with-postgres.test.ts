import { ConnectionPool, ConnectionVariables, GoServiceWithPostgres, PostgresDatabase, PublishedPort, RoleAccess } from '../../lib';
import { writeFiles } from '../go/fixture';
import { PROGRAM, container, goImage, goService, newStack, resourcesByPath, synthesized, withoutFingerprints } from '../stack';

function logicalIds(stack: ReturnType<typeof newStack>): string[] {
  return Object.entries<Record<string, object>>(synthesized(stack).resource)
    .flatMap(([type, resources]) => Object.keys(resources).map((id) => `${type}.${id}`)).sort();
}

function names(stack: ReturnType<typeof newStack>): string[] {
  return Object.entries<Record<string, { name?: string }>>(synthesized(stack).resource)
    .flatMap(([type, resources]) => Object.values(resources).flatMap(({ name }) => name === undefined ? [] : [`${type} ${name}`]))
    .map((name) => name.replace(/:[0-9a-f]{32}$/, ':<fingerprint>').replace(/\$\{join\("-", \["(.+)", substr.*/, '$1-<random>')).sort();
}

test('what is synthesized', () => {
  const stack = newStack();
  new GoServiceWithPostgres(stack, 'shop', { source: writeFiles(PROGRAM), publish: PublishedPort.onLoopback(8080) });
  expect(JSON.parse(withoutFingerprints(JSON.stringify(synthesized(stack))))).toMatchSnapshot();
});

// A changed id or name replaces what users have running, volumes with data included. Add to these lists; do not change them.
describe('contract of ids and names', () => {
  test('GoServiceWithPostgres', () => {
    const stack = newStack();
    new GoServiceWithPostgres(stack, 'shop', { source: writeFiles(PROGRAM) });
    expect(logicalIds(stack)).toEqual([
      'docker_container.shop_Database_Claim_676EFC3D',
      'docker_container.shop_Database_D59EA418',
      'docker_container.shop_Service_D895FF01',
      'docker_container.shop_Service_Trial_8DBEC4CD',
      'docker_image.shop_Database_Image_100E5023',
      'docker_image.shop_Image_0693436E',
      'docker_network.ServiceNetwork_EF29AF70',
      'docker_network.shop_Database_Network_31783370',
      'terraform_data.shop_Database_Password_13C00C43',
      'terraform_data.shop_Database_Start_83684517',
      'terraform_data.shop_Service_Start_F294D00F',
    ]);
    expect(names(stack)).toEqual([
      'docker_container dev-shop',
      'docker_container dev-shop-database',
      'docker_container dev-shop-database-claim-<random>',
      'docker_container dev-shop-trial',
      'docker_image dev-shop:<fingerprint>',
      'docker_image postgres:17',
      'docker_network dev-services',
      'docker_network dev-shop-database-network',
    ]);
  });

  test('PostgresDatabase', () => {
    const stack = newStack();
    new PostgresDatabase(stack, 'database');
    expect(logicalIds(stack)).toEqual([
      'docker_container.database_Claim_B074166B',
      'docker_container.database_EBDE4557',
      'docker_image.database_Image_77D4D99A',
      'docker_network.database_Network_C608F1E0',
      'terraform_data.database_Password_B8563140',
      'terraform_data.database_Start_8F0910F9',
    ]);
    expect(names(stack)).toEqual([
      'docker_container dev-database',
      'docker_container dev-database-claim-<random>',
      'docker_image postgres:17',
      'docker_network dev-database-network',
    ]);
  });

  test('PostgresDatabase with init scripts', () => {
    const stack = newStack();
    new PostgresDatabase(stack, 'database', { initScripts: [`${writeFiles({ 'a.sql': '' })}/a.sql`] });
    expect(logicalIds(stack)).toEqual([
      'docker_container.database_Claim_B074166B',
      'docker_container.database_EBDE4557',
      'docker_container.database_Initialisation_17BD9600',
      'docker_image.database_Image_77D4D99A',
      'docker_network.database_Network_C608F1E0',
      'terraform_data.database_Password_B8563140',
      'terraform_data.database_Start_8F0910F9',
    ]);
    expect(names(stack)).toEqual([
      'docker_container dev-database',
      'docker_container dev-database-claim-<random>',
      'docker_container dev-database-initialisation',
      'docker_image dev-database:<fingerprint>',
      'docker_network dev-database-network',
    ]);
  });

  test('GoScratchImage and GoService', () => {
    const stack = newStack();
    goService(stack, { image: goImage(stack) });
    expect(logicalIds(stack)).toEqual([
      'docker_container.service_6D174F83',
      'docker_container.service_Trial_E4F3D940',
      'docker_image.image_00E3890C',
      'docker_network.ServiceNetwork_EF29AF70',
      'terraform_data.service_Start_CE59C036',
    ]);
    expect(names(stack)).toEqual([
      'docker_container dev-service',
      'docker_container dev-service-trial',
      'docker_image dev-image:<fingerprint>',
      'docker_network dev-services',
    ]);
  });

  test('GoService with an image of a registry', () => {
    const stack = newStack();
    goService(stack);
    expect(logicalIds(stack)).toEqual([
      'docker_container.service_6D174F83',
      'docker_image.service_Image_A0527B8E',
      'docker_network.ServiceNetwork_EF29AF70',
      'terraform_data.service_Start_CE59C036',
    ]);
    expect(names(stack)).toEqual([
      'docker_container dev-service',
      'docker_image acme/api:1',
      'docker_network dev-services',
    ]);
  });
});

test('options go to the part that they are for', () => {
  const stack = newStack();
  const shop = new GoServiceWithPostgres(stack, 'shop', {
    source: writeFiles(PROGRAM),
    containerName: 'front',
    databaseVariable: 'DB',
    imageOptions: { repository: 'acme/shop', ports: [9090] },
    database: { databaseName: 'orders', containerName: 'orders' },
    environment: { A: 'b' },
  });
  expect(shop.image.reference).toMatch(/^acme\/shop:[0-9a-f]{32}$/);
  expect(shop.network).toBe(shop.database.network);
  expect(container(stack, 'front').env).toEqual(expect.arrayContaining(['A=b', 'PORT=9090', expect.stringMatching(/^DB=.*"orders"/)]));
  expect(container(stack, 'front').depends_on).toEqual([
    'docker_container.container_orders_fc7d0552', expect.stringMatching(/^docker_container\.shop_Service_Trial_/),
    expect.stringMatching(/^terraform_data\.shop_Database_Start_/),
  ]);
  expect(container(stack, 'orders').networks_advanced).toHaveLength(1);
  expect(container(stack, 'front').networks_advanced).toHaveLength(2);
});

test('connects the service as a role with fewer rights, and the migration as the owner', () => {
  const stack = newStack();
  const source = writeFiles({ ...PROGRAM, 'migrate/main.go': 'package main\n\nfunc main() {}\n' });
  const shop = new GoServiceWithPostgres(stack, 'shop', {
    source,
    mainPackage: '.',
    databaseRole: { name: 'shop' },
    pool: ConnectionPool.pgx(7),
    migration: { mainPackage: './migrate', databaseRole: { name: 'schema', access: RoleAccess.owner() } },
  });
  expect(shop.role!.roleName).toBe('shop');
  expect(container(stack, 'dev-shop').env).toEqual(expect.arrayContaining([expect.stringMatching(/^DATABASE_URL=.*"postgres:\/\/", "shop", ":".*"pool_max_conns", "=", "7"/)]));
  const task = resourcesByPath(stack).docker_container['shop/Migration/Resource'];
  expect(task.env).toEqual(expect.arrayContaining([expect.stringMatching(/^DATABASE_URL=.*"postgres:\/\/", "schema", ":"/)]));
});

test('a second connection under one variable says how to connect as a role', () => {
  const shop = new GoServiceWithPostgres(newStack(), 'shop', { source: writeFiles(PROGRAM) });
  expect(() => shop.service.connectTo(shop.database.addRole('shop'))).toThrow('A GoServiceWithPostgres connects by itself: give it `databaseRole`');
});

describe('a migration by the service\'s own program', () => {
  test('needs no second image', () => {
    const stack = newStack();
    const shop = new GoServiceWithPostgres(stack, 'shop', {
      source: writeFiles(PROGRAM), migration: { arguments: ['migrate', '--database={db}'], databasePlaceholder: '{db}' },
    });
    const { docker_image: images, docker_container: containers } = resourcesByPath(stack);
    const built = Object.values(images).filter(({ build }) => build !== undefined);
    expect(built).toHaveLength(1);
    expect(containers['shop/Migration/Resource']).toMatchObject({ image: containers['shop/Service/Resource'].image, command: ['migrate', expect.stringContaining('"--database="')] });
    expect(containers['shop/Migration/Resource'].env.join()).not.toContain('DATABASE_URL');
    expect(shop.migration!.containerName).toBe('dev-shop-migration');
  });

  test('needs arguments', () => {
    expect(() => new GoServiceWithPostgres(newStack(), 'shop', { source: writeFiles(PROGRAM), migration: {} }))
      .toThrow('`migration` has neither a program nor arguments');
  });

  test('gets the parts of the connection, as the service does', () => {
    const stack = newStack();
    new GoServiceWithPostgres(stack, 'shop', {
      source: writeFiles(PROGRAM), databaseParts: ConnectionVariables.of({ host: 'DB_HOST' }), migration: { arguments: ['migrate'] },
    });
    const { docker_container: containers } = resourcesByPath(stack);
    for (const one of ['shop/Service/Resource', 'shop/Migration/Resource']) {
      expect(containers[one].env).toContain('DB_HOST=dev-shop-database');
    }
  });
});
