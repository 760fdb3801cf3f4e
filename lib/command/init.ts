import * as path from 'path';
import type { Command } from './command';
import { packageSource } from './init/package-source';
import { projectFiles, writeProject } from './init/project';
import { EXIT, UsageError } from './plain-error';

/** Also a part of container names, of a Go module's path, and of the key of Terraform's state. */
const NAME = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;

const DEFAULT_PORT = '8080';

export const INIT: Command = {
  summary: 'makes a project: a Go service, its stack with a test, and continuous integration',
  usage: '[DIRECTORY] [--database] [--name NAME] [--port PORT] [--package PACKAGE]',
  help: [
    'DIRECTORY          where to; it need not exist (default: here). Files that are there are never overwritten',
    '--database         with a PostgreSQL database',
    '--name NAME        what the service is called (default: as the directory)',
    `--port PORT        where it is published on this machine (default ${DEFAULT_PORT})`,
    '--package PACKAGE  where the project gets cdktf-go-docker: a tarball of npm pack, which is copied into the project; a version; or an',
    '                   address that npm understands (default: where this command came from)',
  ],
  reads: 'nothing',
  options: { database: { type: 'boolean' }, name: { type: 'string' }, port: { type: 'string' }, package: { type: 'string' } },
  positionals: { required: [], optional: ['DIRECTORY'] },
  async run({ positionals: [given = '.'], options }) {
    const directory = path.resolve(process.cwd(), given);
    const name = nameOf(directory, options.name as string | undefined);
    const port = String(options.port ?? DEFAULT_PORT);
    if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
      throw new UsageError(`--port is a number from 1 to 65535, not ${JSON.stringify(port)}`);
    }
    const source = packageSource(options.package as string | undefined);
    const files = projectFiles({ name, port, database: options.database === true, source });
    writeProject(directory, files);
    const next = [...directory === process.cwd() ? [] : [`cd ${shellWord(given)}`], 'npm install', 'npx cdktf deploy'];
    const report = { directory, name, files: [...files.keys()], package: source.spec, next };
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : [
      `${name}: ${files.size} files in ${directory}`,
      ...report.files.map((file) => `  ${file}`),
      'next:',
      ...next.map((line) => `  ${line}`),
      '',
    ].join('\n'));
    return EXIT.well;
  },
};

function nameOf(directory: string, given: string | undefined): string {
  const name = given ?? path.basename(directory).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-$/g, '');
  if (!NAME.test(name)) {
    throw new UsageError(given === undefined ? `the directory ${JSON.stringify(path.basename(directory))} gives no name for the service` : `--name cannot be ${JSON.stringify(name)}`,
      `${given === undefined ? 'name it: --name NAME, with ' : 'use '}2 to 40 characters: lower-case letters, digits and hyphens, a letter first, and no hyphen last`);
  }
  return name;
}

/** A word that can be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w./@:,+-]+$/.test(text) && !text.startsWith('-') ? text : `${text.startsWith('-') ? '-- ' : ''}'${text.replace(/'/g, '\'\\\'\'')}'`;
}
