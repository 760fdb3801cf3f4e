import { ContainerFile, ContainerMount, GoScratchImage, GoTask } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** Migrates a SQLite database in a volume, during the deploy. Its SQLite is written in Go. */
export const goose: RealProgram = {
  name: 'goose',
  kinds: ['job', 'SQLite without cgo', 'data directory'],
  module: 'github.com/pressly/goose/v3',
  versions: ['v3.30.0', 'v3.30.1'],
  firstTry: { worked: true },
  ports: [],

  deploy: (stack, { source, file, volume }) => {
    new GoTask(stack, 'goose', {
      image: new GoScratchImage(stack, 'Image', {
        source, mainPackage: './cmd/goose', tags: ['no_clickhouse', 'no_libsql', 'no_mssql', 'no_mysql', 'no_postgres', 'no_vertica', 'no_ydb'],
      }),
      environment: { GOOSE_DRIVER: 'sqlite3', GOOSE_DBSTRING: '/data/shop.db', GOOSE_MIGRATION_DIR: '/migrations' },
      arguments: ['up'],
      files: [ContainerFile.fromDirectory('/migrations', file('goose'))],
      mounts: [ContainerMount.volume(volume('data'), '/data')],
    });
  },

  use: async (deployed) => contains(await logOf(deployed), 'successfully migrated database to version: 1'),
  useNext: async (deployed) => contains(await logOf(deployed), 'no migrations to run. current version: 1'),
};

async function logOf(deployed: Deployed): Promise<string> {
  return deployed.logOf('goose');
}
