import { Fn, Lazy, Token } from 'cdktf';

/** The user's configuration of a Docker provider, in Terraform's terms. Read at synth, because it may change until then. */
export type EngineConfiguration = () => any;

/**
 * For `sh`: lets the docker command take the engine that the provider takes.
 *
 * Quirk (3.6.2): a context, also the one of the environment variable DOCKER_CONTEXT, goes before the provider's `host`. With the docker
 * command, DOCKER_HOST goes before a context. The provider ignores the context that `docker context use` has chosen.
 */
export const CHOOSE_ENGINE = 'case "$DOCKER_CONTEXT" in "" | default) DOCKER_CONTEXT=default ;; *) DOCKER_HOST= ;; esac; export DOCKER_CONTEXT DOCKER_HOST';

/**
 * A function for `sh` that runs a command line of `docker` on the engine of a provider. The docker command knows no options for ssh; the
 * function therefore calls ssh itself, which must not ask anything.
 */
export const ON_ENGINE = `${CHOOSE_ENGINE}; on_engine() { case "$DOCKER_HOST" in `
  + 'ssh://*) ssh -o BatchMode=yes $SSH_OPTIONS "$DOCKER_HOST" "docker $1" ;; '
  + '*) eval "docker $1" ;; esac; }';

/**
 * For `sh`: puts `docker` with words in place of the docker command, on the engine's machine where ssh leads there. A word is quoted for the shell there.
 */
export const DOCKER_OVER_SSH = `docker() {
  case $DOCKER_HOST in ssh://*) ;; *) command docker "$@"; return ;; esac
  line=docker
  for word in "$@"; do line="$line '$(printf %s "$word" | sed "s/'/'\\\\\\\\''/g")'"; done
  ssh -o BatchMode=yes $SSH_OPTIONS "$DOCKER_HOST" "$line" </dev/null
}
`;

/** Whether the engine is certainly reached by ssh, so that its machine's own docker command runs. */
export function hasSshHost({ host }: any): boolean {
  return String(host).startsWith('ssh://');
}

/** Whether the provider has certificates as texts, which the docker command cannot read. */
export function hasCertificateTexts({ ca_material: authority, cert_material: certificate, key_material: key }: any): boolean {
  return [authority, certificate, key].some((value) => value !== undefined);
}

/** A Terraform expression: whether the machine that runs Terraform has `sh`. Windows has none, and its absolute paths begin with a letter. */
export const HAS_SHELL = 'abspath("/") == "/"';

/** Where installers put the docker command. */
const PLACES = [
  '/usr/bin', '/usr/local/bin', '/bin', '/snap/bin', '/opt/homebrew/bin', '/home/linuxbrew/.linuxbrew/bin', '/run/current-system/sw/bin',
  '~/.docker/bin', '~/bin', '~/.local/bin',
];

/** A Terraform expression: whether the machine has `sh` and a docker command. */
export const HAS_DOCKER_COMMAND = `${HAS_SHELL} && anytrue([`
  + `for directory in ${JSON.stringify(PLACES)} : try(fileexists(pathexpand("\${directory}/docker")), false)])`;

const VARIABLES = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'SSH_OPTIONS'] as const;

/** Environment of a docker command that must reach the engine of a provider. A missing variable has Terraform's own value, which the provider reads as well. */
export function engineEnvironment(engine: EngineConfiguration): Record<string, string> {
  return Object.fromEntries(VARIABLES.map((name) => [name, Lazy.stringValue({ produce: () => variables(engine())[name] })]));
}

function variables({ host, context, cert_path: certificates, ssh_opts: options }: any): Partial<Record<typeof VARIABLES[number], string>> {
  return {
    DOCKER_HOST: host,
    DOCKER_CONTEXT: context,
    DOCKER_CERT_PATH: certificates,
    DOCKER_TLS_VERIFY: certificates === undefined ? undefined : '1',
    SSH_OPTIONS: options === undefined || options.length === 0 ? undefined : Token.isUnresolved(options) ? Fn.join(' ', options) : options.join(' '),
  };
}
