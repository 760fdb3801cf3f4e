import { execFileSync } from 'child_process';
import { ContainerFile, ContainerMount, GoScratchImage, GoService, GoTask, HealthCheck } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** Copies each change of a SQLite database to another place. It has no port. */
export const litestream: RealProgram = {
  name: 'litestream',
  kinds: ['worker', 'SQLite without cgo', 'configuration files', 'data directory'],
  module: 'github.com/benbjohnson/litestream',
  versions: ['v0.5.17', 'v0.5.18'],
  firstTry: { worked: true },
  furtherModules: { goose: { path: 'github.com/pressly/goose/v3', version: 'v3.30.1' } },
  ports: [],
  image: 'image',

  deploy: (stack, { source, sourceOf, file, volume }) => {
    const data = ContainerMount.volume(volume('data'), '/data');
    const migrate = new GoTask(stack, 'migrate', {
      image: new GoScratchImage(stack, 'MigrateImage', {
        source: sourceOf('goose'),
        mainPackage: './cmd/goose',
        tags: ['no_clickhouse', 'no_libsql', 'no_mssql', 'no_mysql', 'no_postgres', 'no_vertica', 'no_ydb'],
      }),
      environment: { GOOSE_DRIVER: 'sqlite3', GOOSE_DBSTRING: '/data/shop.db', GOOSE_MIGRATION_DIR: '/migrations' },
      arguments: ['up'],
      files: [ContainerFile.fromDirectory('/migrations', file('goose'))],
      mounts: [data],
    });
    new GoService(stack, 'litestream', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/litestream' }),
      arguments: ['replicate', '-config', '/etc/litestream/litestream.yml'],
      healthCheck: HealthCheck.none(),
      files: [ContainerFile.fromFile('/etc/litestream/litestream.yml', file('litestream/litestream.yml'))],
      mounts: [data, ContainerMount.volume(volume('replica'), '/replica')],
      after: [migrate],
    });
  },

  use: async (deployed) => deployed.eventually(async () => isReplicated(deployed)),
  useNext: async (deployed) => deployed.eventually(async () => isReplicated(deployed)),
};

/** Restores the replica with the program itself, and looks for the row that the migration has made. */
async function isReplicated(deployed: Deployed): Promise<void> {
  const restored = `/data/restored-${Date.now()}.db`;
  await deployed.exec('litestream', '/app', 'restore', '-o', restored, 'file:///replica');
  const { id } = await deployed.container('litestream');
  contains(execFileSync('docker', ['cp', `${id}:${restored}`, '-'], { maxBuffer: 2 ** 26 }).toString('latin1'), 'first-customer-of-the-shop');
}
