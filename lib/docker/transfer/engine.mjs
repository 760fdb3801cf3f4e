import { run } from './process.mjs';

/**
 * @typedef {object} Connection
 * @property {string} name what messages call the engine
 * @property {Record<string, string>} environment for the docker command
 * @property {{ destination: string, options: string[] }} [ssh] the engine is on a machine whose own docker command runs
 */

/** A text as one word for `sh`. */
export function quoted(text) {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

/** An engine, which runs scripts for `sh` with its own docker command. */
export class Engine {
  /** @param {Connection} connection */
  constructor(connection) {
    this.connection = connection;
  }

  get name() {
    return this.connection.name;
  }

  /** Whether a failure with this exit code was one of the connection, so that the same may succeed later. */
  isDisconnected(code) {
    return this.connection.ssh !== undefined && code === 255;
  }

  /**
   * @param {string} script with values quoted
   * @param {import('node:stream').Readable} [input]
   */
  async shell(script, input) {
    const { ssh, environment } = this.connection;
    if (ssh === undefined) {
      return run('sh', ['-c', script], { environment, input });
    }
    // The login shell of the other machine may be another one.
    return run('ssh', [...ssh.options, '--', ssh.destination, `sh -c ${quoted(script)}`], { input });
  }
}
