import { TerraformVariable } from 'cdktf';
import { ContainerFile, ContainerMount, GoScratchImage, GoTask, Schedule, ScheduledTask } from '../../../../lib';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

/** Backs a volume up each night. Its password is in a file. */
export const restic: RealProgram = {
  name: 'restic',
  kinds: ['scheduled job', 'data directory'],
  module: 'github.com/restic/restic',
  versions: ['v0.18.0', 'v0.18.1'],
  firstTry: { worked: true },
  furtherModules: { goose: { path: 'github.com/pressly/goose/v3', version: 'v3.30.1' } },
  ports: [],
  image: 'image',
  variables: () => ({ backupPassword: 'correct-horse-battery' }),

  deploy: (stack, { source, sourceOf, file, volume }) => {
    const data = volume('data');
    const migrate = new GoTask(stack, 'migrate', {
      image: new GoScratchImage(stack, 'MigrateImage', {
        source: sourceOf('goose'),
        mainPackage: './cmd/goose',
        tags: ['no_clickhouse', 'no_libsql', 'no_mssql', 'no_mysql', 'no_postgres', 'no_vertica', 'no_ydb'],
      }),
      environment: { GOOSE_DRIVER: 'sqlite3', GOOSE_DBSTRING: '/data/shop.db', GOOSE_MIGRATION_DIR: '/migrations' },
      arguments: ['up'],
      files: [ContainerFile.fromDirectory('/migrations', file('goose'))],
      mounts: [ContainerMount.volume(data, '/data')],
    });
    const password = new TerraformVariable(stack, 'backupPassword', { sensitive: true });
    new ScheduledTask(stack, 'backup', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/restic', scheduler: true }),
      schedule: Schedule.cron('30 3 * * *', 'Europe/Berlin'),
      arguments: ['backup', '/data'],
      environment: { RESTIC_REPOSITORY: '/repository', RESTIC_CACHE_DIR: '/tmp/restic' },
      files: [ContainerFile.secret('/run/secrets/restic', password.stringValue, { environmentVariable: 'RESTIC_PASSWORD_FILE' })],
      mounts: [ContainerMount.volume(data, '/data', { readOnly: true }), ContainerMount.volume(volume('repository'), '/repository')],
      after: [migrate],
    });
  },

  use: async (deployed) => {
    // Once, by hand, as restic's documentation has it: a second time is an error.
    await deployed.exec('backup', '/app', 'init');
    await deployed.exec('backup', '/scheduler', 'run');
    contains(await deployed.exec('backup', '/app', 'snapshots'), '1 snapshots');
  },
  useNext: async (deployed) => {
    await deployed.exec('backup', '/scheduler', 'run');
    contains(await deployed.exec('backup', '/app', 'snapshots'), '2 snapshots');
    contains(await deployed.exec('backup', '/app', 'dump', 'latest', '/data/shop.db'), 'first-customer-of-the-shop');
  },
};
