import { DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { SshHostOptions, TcpHostOptions } from './host-options';
import { InputProblem } from '../input/input-error';
import { withoutTokens } from '../terraform/text';

/** How an engine of another machine is reached. */
export interface HostConnection {
  /** The alias of the engine's provider. It is part of Terraform's state. */
  readonly name: string;
  readonly configuration: DockerProviderConfig;
}

/**
 * Nobody answers a question of ssh within an apply, a machine that is down must not hold it for minutes, and a connection that has
 * died must end. The first value of an option counts, so the user's own win.
 */
const SSH_OPTIONS = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4'];

/** A user and a host as `ssh` takes them. Neither begins with a hyphen, which ssh would read as an option. */
const DESTINATION = /^(?:ssh:\/\/)?(?:[A-Za-z0-9_][\w.+-]*@)?(?:[A-Za-z0-9_][\w.-]*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;

const ADDRESS = /^tcp:\/\/(?:[A-Za-z0-9_][\w.-]*|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;

const LOOPBACK = /^tcp:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):/;

const NAME = /^[A-Za-z][\w-]*$/;

export function sshConnection(destination: string, { name, sshOptions = [] }: SshHostOptions): HostConnection {
  const address = destination.startsWith('ssh://') ? destination : `ssh://${destination}`;
  return {
    name: name ?? nameOf(address),
    configuration: { host: address, sshOpts: [...sshOptions, ...SSH_OPTIONS] },
  };
}

export function sshProblem(destination: string, { name, sshOptions = [] }: SshHostOptions): InputProblem | undefined {
  return DESTINATION.test(destination) ? nameProblem(name) ?? templateProblem(sshOptions) ?? optionProblem(sshOptions) : {
    what: 'not a destination for ssh',
    given: destination,
    allowed: 'a host, optionally with a user and a port: "deploy@server.example.com", "server", "ssh://deploy@server:2222"',
    remedy: 'write other settings, such as keys and jump hosts, into the ssh configuration, and give the name that they have there',
  };
}

export function tcpConnection(address: string, { name, tls }: TcpHostOptions): HostConnection {
  return {
    name: name ?? nameOf(address),
    configuration: {
      host: address,
      certPath: tls?.directory,
      caMaterial: tls?.certificateAuthority,
      certMaterial: tls?.certificate,
      keyMaterial: tls?.privateKey,
    },
  };
}

export function tcpProblem(address: string, { name, tls }: TcpHostOptions): InputProblem | undefined {
  if (!ADDRESS.test(address)) {
    return {
      what: 'not the address of an engine over TCP',
      given: address,
      allowed: 'tcp://, a host and a port, for example "tcp://docker.example.com:2376"',
      remedy: 'give the address that the engine listens on; for ssh call DockerHost.ssh()',
    };
  }
  if (tls === undefined) {
    return LOOPBACK.test(address) ? nameProblem(name) : {
      what: 'an engine of another machine without TLS: everyone who reaches it is root there',
      given: address,
      allowed: 'an address with `tls`, or one of this machine',
      remedy: 'give `tls: { directory: \'…\' }`, or call DockerHost.ssh(), which needs no certificates',
    };
  }
  const texts = [tls.certificateAuthority, tls.certificate, tls.privateKey];
  const given = texts.filter((text) => text !== undefined).length;
  return (tls.directory === undefined ? given === texts.length : given === 0) ? nameProblem(name) ?? templateProblem([tls.directory, ...texts]) : {
    what: 'TLS needs the certificates once: as a directory, or as three texts',
    given: [...tls.directory === undefined ? [] : ['directory'], ...given === 0 ? [] : [`${given} of 3 texts`]].join(' and ') || 'nothing',
    allowed: '`directory`, or `certificateAuthority`, `certificate` and `privateKey` together',
    remedy: 'give one of the two',
  };
}

/** The scripts that wait for containers pass the options on as words. */
function optionProblem(options: readonly string[]): InputProblem | undefined {
  const wrong = options.find((option) => option === '' || /[\s"'\\*?[\]$`]/.test(withoutTokens(option)));
  return wrong === undefined ? undefined : {
    what: 'an option for ssh is not one word',
    given: wrong,
    allowed: 'words without white space, quotes and wildcards: ["-o", "ProxyJump=gate"]',
    remedy: 'give `-o` and its value as two entries; write what needs white space into the ssh configuration',
  };
}

/** Terraform would read these characters as a template, in the provider's configuration and in what is made of it. */
function templateProblem(texts: readonly (string | undefined)[]): InputProblem | undefined {
  return texts.every((text) => text === undefined || !/[$%]\{/.test(withoutTokens(text))) ? undefined : {
    what: 'settings of a connection cannot hold "${" or "%{"',
    allowed: 'texts without these characters, and references to Terraform variables',
    remedy: 'write such a setting into the ssh configuration, or such a path into a Terraform variable',
  };
}

function nameProblem(name: string | undefined): InputProblem | undefined {
  return name === undefined || NAME.test(name) ? undefined : {
    what: 'not a name for a machine in a stack',
    given: name,
    allowed: 'a letter, followed by letters, digits, `_` and `-`',
    remedy: 'give a short name, for example "production"',
  };
}

/** An alias of Terraform begins with a letter, so the scheme stays. */
function nameOf(address: string): string {
  return address.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
}
