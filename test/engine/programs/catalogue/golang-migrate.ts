import { ContainerFile, GoScratchImage, GoTask, PostgresDatabase } from '../../../../lib';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

/** Migrates a PostgreSQL database during the deploy. It takes the database's URL as an argument only. */
export const golangMigrate: RealProgram = {
  name: 'golang-migrate',
  kinds: ['job', 'PostgreSQL', 'configuration files'],
  module: 'github.com/golang-migrate/migrate/v4',
  versions: ['v4.19.1', 'v4.20.1'],
  firstTry: { worked: true },
  ports: [],

  deploy: (stack, { source, file, dataProtection }) => {
    const database = new PostgresDatabase(stack, 'Database', { dataProtection });
    const migrate = new GoTask(stack, 'migrate', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/migrate', tags: ['postgres'] }),
      arguments: ['-path', '/migrations', '-database', '{database}', 'up'],
      files: [ContainerFile.fromDirectory('/migrations', file('golang-migrate'))],
    });
    migrate.connectTo(database, { placeholder: '{database}' });
  },

  use: async (deployed) => {
    const sql = 'INSERT INTO orders (customer) VALUES (\'ann\')';
    await deployed.exec('database', 'psql', '--username=postgres', '--dbname=app', '--command', sql);
  },
  useNext: async (deployed) => {
    const sql = 'SELECT customer FROM orders';
    contains(await deployed.exec('database', 'psql', '--username=postgres', '--dbname=app', '--command', sql), 'ann');
  },
};
