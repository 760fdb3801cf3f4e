import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * What Terraform knows of an engine.
 * @typedef {object} Settings
 * @property {string} name
 * @property {string} [host]
 * @property {string} [context]
 * @property {string[]} [sshOptions]
 * @property {string} [certPath]
 * @property {Record<string, string>} [certificates] PEM texts by file name
 */

/** Reads the settings. `finish` removes the files that they needed. */
export function connections({ IMAGE: image, SOURCE: source, TARGETS: targets }) {
  /** @type {string[]} */
  const directories = [];
  const connection = (/** @type {Settings} */ settings) => connectionOf(settings, directories);
  return {
    image,
    source: connection(JSON.parse(source)),
    targets: JSON.parse(targets).map(connection),
    finish: () => directories.forEach((directory) => fs.rmSync(directory, { recursive: true, force: true })),
  };
}

/** Takes the engine that the provider takes: a context goes before a host. */
function connectionOf({ name, host, context, sshOptions = [], certPath, certificates }, directories) {
  const chosen = context ?? process.env.DOCKER_CONTEXT ?? '';
  if (chosen !== '' && chosen !== 'default') {
    return { name, environment: { DOCKER_CONTEXT: chosen, DOCKER_HOST: '' } };
  }
  const address = host ?? process.env.DOCKER_HOST ?? '';
  if (address.startsWith('ssh://')) {
    return { name, environment: {}, ssh: { destination: address, options: ['-o', 'BatchMode=yes', ...sshOptions] } };
  }
  const directory = certificates === undefined ? certPath : written(certificates, directories);
  return {
    name,
    environment: {
      DOCKER_CONTEXT: 'default',
      DOCKER_HOST: address,
      ...directory === undefined ? {} : { DOCKER_CERT_PATH: directory, DOCKER_TLS_VERIFY: '1' },
    },
  };
}

function written(certificates, directories) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'));
  directories.push(directory);
  for (const [file, text] of Object.entries(certificates)) {
    fs.writeFileSync(path.join(directory, file), text, { mode: 0o600 });
  }
  return directory;
}
