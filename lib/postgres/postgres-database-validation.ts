import { Construct } from 'constructs';
import { ConnectionLimits } from './connection-budget';
import { identifierProblem } from './identifier';
import { PARAMETER_NAMES } from './parameter-names';
import { PostgresDatabaseProps } from './postgres-database-props';
import { PostgresVersion } from './postgres-version';
import { parseImageReference } from '../image/reference';
import { InputProblem, atConstruct, reject, rejectIf } from '../input/input-error';
import { nearest } from '../input/nearest';
import { rangeProblem } from '../input/range';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { Size } from '../values/size';

/** The server settings that the construct sets itself, and the prop or reason for each. */
const OWN_PARAMETERS: Record<string, string> = {
  config_file: 'the image has its configuration file in the volume',
  data_directory: 'it follows from `version`',
  hba_file: 'the image has it in the volume',
  listen_addresses: 'services and the health check need the database on all addresses of its private network',
  port: 'it is 5432 on the private network',
  unix_socket_directories: 'the image\'s tools expect the socket in /var/run/postgresql',
};

/** The settings that limit the connection pools. */
const LIMITS = ['max_connections', 'superuser_reserved_connections', 'reserved_connections'];

export function validatePostgresProps(scope: Construct, props: PostgresDatabaseProps): void {
  if (props.image !== undefined && !isUnresolved(props.image)) {
    atConstruct(scope, () => parseImageReference(props.image!));
  }
  if (props.databaseName !== undefined) {
    rejectIf(scope, identifierProblem('database', props.databaseName));
  }
  if (props.containerName !== undefined && !isUnresolved(props.containerName)) {
    validateDockerName(scope, 'container', props.containerName);
  }
  if (props.volumeName !== undefined && !isUnresolved(props.volumeName)) {
    validateDockerName(scope, 'volume', props.volumeName);
  }
  rejectIf(scope, formerPathProblem(props.formerly));
  const memory = props.memory ?? Size.gibibytes(1);
  rejectIf(scope, props.sharedMemory && rangeProblem(
    'the prop `sharedMemory`', `1MiB..${memory.toMebibytes()}MiB/1MiB`, props.sharedMemory, 'give a size up to `memory`, which it counts towards'));
  rejectIf(scope, props.tuning?._problemWith(memory));
  props.tls?._warn(scope);
  validateUpgrade(scope, props);
  validateParameters(scope, props.parameters ?? {});
  validateParameterNames(scope, props);
}

/** The server's settings. The user's own take precedence over derived ones. */
export function serverParameters(props: PostgresDatabaseProps): Record<string, string> {
  const derived: Record<string, string> = {
    ...props.tuning?._parameters(props.memory ?? Size.gibibytes(1)),
    ...props.logStatementsSlowerThan ? { log_min_duration_statement: String(props.logStatementsSlowerThan.toMilliseconds()) } : {},
    ...props.tls?._parameters,
  };
  const own = new Set(Object.keys(props.parameters ?? {}).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(derived).filter(([name]) => !own.has(name))), ...props.parameters };
}

/** Source of the defaults: https://www.postgresql.org/docs/17/runtime-config-connection.html#RUNTIME-CONFIG-CONNECTION-SETTINGS */
export function connectionLimits(props: PostgresDatabaseProps): ConnectionLimits {
  const given = Object.fromEntries(Object.entries(serverParameters(props)).map(([name, value]) => [name.toLowerCase(), Number(value)]));
  const number = (name: string, byDefault: number) => Number.isInteger(given[name]) ? given[name] : byDefault;
  return {
    maxConnections: number('max_connections', 100),
    superuserReserved: number('superuser_reserved_connections', 3),
    reserved: number('reserved_connections', 0),
  };
}

function formerPathProblem(formerly: string | undefined): InputProblem | undefined {
  return formerly === undefined || formerly.split('/').every((id) => /^[^\p{C}$%{}"\\]+$/u.test(id)) ? undefined : {
    what: 'not a path that the construct had before',
    given: formerly,
    allowed: 'the ids of the constructs from the stack to the database, joined by "/", without the stack\'s own id',
    remedy: 'give for example "Database" for `new PostgresDatabase(stack, \'Database\')`',
  };
}

function validateUpgrade(scope: Construct, props: PostgresDatabaseProps): void {
  const from = props.upgradeFrom;
  const version = props.version ?? PostgresVersion.V17;
  if (props.upgradeFromImage !== undefined) {
    if (from === undefined) {
      reject(scope, {
        what: 'an image to upgrade from, but no version',
        given: props.upgradeFromImage,
        allowed: '`upgradeFromImage` together with `upgradeFrom`',
        remedy: 'give `upgradeFrom` as well, or leave both out',
      });
    }
    atConstruct(scope, () => parseImageReference(props.upgradeFromImage!));
  }
  if (from === undefined) {
    return;
  }
  if (from.major > version.major) {
    reject(scope, {
      what: 'a downgrade: the version to upgrade from is newer than the version',
      given: `${from.tag} to ${version.tag}`,
      allowed: 'an older major version',
      remedy: 'PostgreSQL cannot go back to an older version; restore a backup that was made with it into a new database',
    });
  }
  if (from.major === version.major) {
    reject(scope, {
      what: 'the version to upgrade from has the same major version',
      given: `${from.tag} to ${version.tag}`,
      allowed: 'an older major version',
      remedy: 'leave `upgradeFrom` out: within one major version the server reads the same data',
    });
  }
  if (from.major < 14) {
    reject(scope, {
      what: 'the version to upgrade from is too old',
      given: from.tag,
      allowed: '14 or later',
      remedy: 'make a backup with pg_dump of that version, and restore it into a new database with restoreFrom()',
    });
  }
}

function validateParameters(scope: Construct, parameters: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/.test(name)) {
      reject(scope, {
        what: 'not the name of a PostgreSQL setting',
        given: name,
        allowed: 'names as in postgresql.conf, for example "work_mem"',
        remedy: 'give the name alone; its value is the value of the entry in `parameters`',
      });
    }
    if (Object.hasOwn(OWN_PARAMETERS, name.toLowerCase())) {
      reject(scope, {
        what: 'a PostgreSQL setting that the construct itself is responsible for',
        given: name,
        allowed: `any other than ${Object.keys(OWN_PARAMETERS).join(', ')}`,
        remedy: `leave it out: ${OWN_PARAMETERS[name.toLowerCase()]}`,
      });
    }
    if (isUnresolved(value) && LIMITS.includes(name.toLowerCase())) {
      reject(scope, {
        what: `the PostgreSQL setting ${name} is needed at synth, to compare it with the connection pools of the services`,
        allowed: 'a number as text, for example "200"',
        remedy: 'give the number itself',
      });
    }
    if (/[\u0000\r\n]/.test(value)) {
      reject(scope, {
        what: `not a value for the PostgreSQL setting ${name}`,
        given: value,
        allowed: 'one line of text, for example "64MB" or "on"',
        remedy: 'write the value as in postgresql.conf, as a string and without quotes',
      });
    }
  }
}

/** An unknown parameter stops the server, and the apply would end without the reason. Other images may know more parameters. */
function validateParameterNames(scope: Construct, { parameters = {}, image, version = PostgresVersion.V17 }: PostgresDatabaseProps): void {
  if (image !== undefined || version.major < 14 || version.major > 18) {
    return;
  }
  for (const name of Object.keys(parameters).filter((each) => !each.includes('.') && !PARAMETER_NAMES.includes(each.toLowerCase()))) {
    const near = nearest(name, PARAMETER_NAMES);
    // The list for version 18 is from its release notes, so that only misspelt names are certain.
    if (near !== undefined || version.major < 18) {
      reject(scope, {
        what: `PostgreSQL ${version.major} has no such setting`,
        given: name,
        allowed: 'names as in postgresql.conf; those of extensions have a dot, for example "pg_stat_statements.track"',
        remedy: near === undefined ? 'correct the name, or remove the entry' : `did you mean "${near}"?`,
      });
    }
  }
}
