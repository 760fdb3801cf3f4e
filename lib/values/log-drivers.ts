import { InputProblem } from '../input/input-error';
import { nearest } from '../input/nearest';

/** The engine's own drivers. Source: https://docs.docker.com/engine/logging/configure/#supported-logging-drivers */
const DRIVERS: readonly string[] = ['awslogs', 'etwlogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'none', 'splunk', 'syslog'];

/** Options of every driver but `none`: how a container's output reaches the driver, and what `docker logs` reads. */
const COMMON = ['mode', 'max-buffer-size', 'cache-disabled', 'cache-max-size', 'cache-max-file', 'cache-compress'];
const ATTRIBUTES = ['labels', 'labels-regex', 'env', 'env-regex', 'tag'];

/** The options of drivers whose options have been the same for years. Source: `ValidateLogOpt` of each driver in moby's `daemon/logger` */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'json-file': [...COMMON, ...ATTRIBUTES, 'max-size', 'max-file', 'compress'],
  'local': [...COMMON, 'max-size', 'max-file', 'compress'],
  'journald': [...COMMON, ...ATTRIBUTES],
  'syslog': [
    ...COMMON, ...ATTRIBUTES, 'syslog-address', 'syslog-facility', 'syslog-format', 'syslog-tls-ca-cert', 'syslog-tls-cert', 'syslog-tls-key',
    'syslog-tls-skip-verify',
  ],
};

/** The problem of a log driver, or of its options. */
export function loggingProblem(driver: string, options: Readonly<Record<string, string>>): InputProblem | undefined {
  return driverProblem(driver) ?? Object.keys(options).map((option) => optionProblem(driver, option)).find((problem) => problem !== undefined);
}

function driverProblem(driver: string): InputProblem | undefined {
  if (!/^[a-z0-9][a-zA-Z0-9._/:-]*$/.test(driver)) {
    return {
      what: 'not the name of a log driver',
      given: driver,
      allowed: 'the name of a driver or plugin, for example "journald"',
      remedy: 'use ContainerLogging.jsonFile() or ContainerLogging.local(), or name a driver of the engine',
    };
  }
  const meant = nearest(driver, DRIVERS);
  return DRIVERS.includes(driver) || /[/:]/.test(driver) ? undefined : {
    what: 'a log driver that the engine does not have',
    given: driver,
    allowed: `${DRIVERS.join(', ')}; a plugin with its tag`,
    remedy: `${meant === undefined ? 'name one of these' : `write ${JSON.stringify(meant)}`}; for a plugin, add its tag: ${JSON.stringify(`${driver}:latest`)}`,
  };
}

function optionProblem(driver: string, option: string): InputProblem | undefined {
  const known = OPTIONS[driver];
  const meant = known && nearest(option, known);
  return known === undefined || known.includes(option) ? undefined : {
    what: `an option that the log driver ${driver} does not have`,
    given: option,
    allowed: known.join(', '),
    remedy: meant === undefined ? 'remove the option' : `write ${JSON.stringify(meant)}`,
  };
}
