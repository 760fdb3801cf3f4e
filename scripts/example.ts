/**
 * The main job: synthesizes an example, prints what it made and, when asked to, deploys or destroys it.
 *
 *   npm start
 *   npm run example -- [service-with-postgres | scratch-image] [--deploy | --destroy [--with-data]]
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfiguration } from './example/configuration';
import { exampleDirectory, exampleNames, synthesize } from './example/synthesize';
import { Terraform, imageBytes, missingTool } from './example/tools';
import { UserError } from './example/user-error';
import { PlainError } from '../lib/command/plain-error';
import { type Configuration, nameOf } from '../lib/command/stack/configuration';
import { describe, drawTree, formatBytes, isProtected } from '../lib/command/tree/describe';

const DEFAULT_EXAMPLE = 'service-with-postgres';

/** What to try once an example runs. */
const TRY: Readonly<Record<string, (url: string) => string[]>> = {
  'service-with-postgres': (url) => [
    `curl ${url}/readyz`,
    `curl ${url}/links --json '{"url": "https://go.dev/doc/", "slug": "docs"}'`,
    `curl -i ${url}/docs`,
    `curl '${url}/links?zone=America/New_York'`,
  ],
  'scratch-image': (url) => [`curl ${url}/`, `curl ${url}/healthz`],
};

interface Request {
  readonly name: string;
  readonly action: 'show' | 'deploy' | 'destroy';
  readonly withData: boolean;
}

function readArguments(args: string[]): Request {
  const usage = `usage: npm run example -- [${exampleNames().join(' | ')}] [--deploy | --destroy [--with-data]]`;
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { 'deploy': { type: 'boolean' }, 'destroy': { type: 'boolean' }, 'with-data': { type: 'boolean' } },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${usage}`);
  }
  const { values, positionals } = parsed;
  const name = positionals[0] ?? DEFAULT_EXAMPLE;
  if (!exampleNames().includes(name) || positionals.length > 1) {
    throw new UserError(`There is no example ${positionals.join(' ')}.\n${usage}`);
  }
  if ((values.deploy && values.destroy) || (values['with-data'] && !values.destroy)) {
    throw new UserError(usage);
  }
  return { name, action: values.deploy ? 'deploy' : values.destroy ? 'destroy' : 'show', withData: values['with-data'] ?? false };
}

function main(args: string[]): void {
  const request = readArguments(args);
  const output = path.join(exampleDirectory(request.name), 'cdktf.out');
  synthesize(request.name, output, request.withData ? { DATA_PROTECTION: 'off' } : {});
  const configuration = readConfiguration(output);
  if (request.action === 'destroy') {
    destroy(request, configuration);
    return;
  }
  console.log(drawTree(describe(configuration)).join('\n'));
  console.log(`\nThe paths are relative to ${path.relative(process.cwd(), configuration.directory)}.`);
  if (request.action === 'deploy') {
    deploy(request, configuration);
  } else {
    const name = request.name === DEFAULT_EXAMPLE ? '' : `${request.name} `;
    console.log(`Nothing was deployed. To build and start it:  npm run example -- ${name}--deploy`);
    printCommands(request.name, configuration, 'Then try:');
  }
}

function deploy(request: Request, configuration: Configuration): void {
  const terraform = ready('Not deployed', configuration);
  const started = Date.now();
  if (!terraform.run('apply', '-auto-approve', '-input=false')) {
    throw new UserError(['The deploy failed; what ran before still runs.', ...buildLogs(configuration, started)].join('\n'));
  }
  for (const image of configuration.resources.filter(({ settings }) => settings.build)) {
    const bytes = imageBytes(nameOf(image));
    console.log(`${nameOf(image)}: ${bytes === undefined ? 'the engine no longer has it' : formatBytes(bytes)}`);
  }
  printCommands(request.name, configuration, '\nIt runs and is healthy. Try:');
  const name = request.name === DEFAULT_EXAMPLE ? '' : `${request.name} `;
  console.log(`And remove it with:\n  npm run example -- ${name}--destroy${configuration.resources.some(isProtected) ? ' --with-data' : ''}`);
}

function destroy(request: Request, configuration: Configuration): void {
  const kept = configuration.resources.filter(isProtected).map(nameOf);
  if (kept.length > 0) {
    throw new UserError(`Nothing was destroyed: ${kept.join(', ')} may hold data. To delete the data too:\n` +
      `  npm run example -- ${request.name} --destroy --with-data`);
  }
  if (!ready('Not destroyed', configuration).run('destroy', '-auto-approve', '-input=false')) {
    throw new UserError('Not everything was destroyed.');
  }
}

/** Terraform with its provider, or an error of one line that says what is missing. */
function ready(consequence: string, configuration: Configuration): Terraform {
  const missing = missingTool();
  if (missing !== undefined) {
    throw new UserError(`${consequence}: ${missing}.`);
  }
  const terraform = new Terraform(configuration.directory);
  try {
    terraform.init();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${consequence}: ${error.message}`) : error;
  }
  return terraform;
}

/** The output of builds that this deploy ran: Terraform's own error does not hold it. */
function buildLogs(configuration: Configuration, since: number): string[] {
  return configuration.resources.flatMap(({ settings }) => {
    const log = settings.build && path.join(configuration.directory, settings.build.build_log_file);
    return log && fs.existsSync(log) && fs.statSync(log).mtimeMs >= since
      ? [`The output of the image's build is in ${path.relative(process.cwd(), log)}.`]
      : [];
  });
}

function printCommands(name: string, configuration: Configuration, title: string): void {
  const commands = TRY[name]?.(configuration.outputs.url) ?? [];
  console.log([title, ...commands.map((command) => `  ${command}`)].join('\n'));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError) && !(error instanceof PlainError)) {
    throw error;
  }
  console.error((error as Error).message);
  process.exitCode = 1;
}
