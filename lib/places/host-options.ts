/** Options of an engine that is reached by ssh. */
export interface SshHostOptions {
  /**
   * The machine's name in the stack, which Terraform's state has. Keep it when the machine gets another address.
   * @default - the destination, with `-` for other characters than letters and digits @tokens refused
   */
  readonly name?: string;

  /**
   * Options for the `ssh` command, before those of this library: `["-i", "/home/ci/.ssh/deploy"]`. The user's own ssh configuration has keys,
   * ports, jump hosts and known hosts without them.
   * @default - none
   */
  readonly sshOptions?: string[];
}

/** Who an engine trusts over TCP, and who is trusted. */
export interface HostTls {
  /**
   * A directory with `ca.pem`, `cert.pem` and `key.pem`, absolute, or relative to where Terraform runs.
   * @default - the texts are given
   */
  readonly directory?: string;

  /** The certificate of the engine's authority, in PEM. @default - from `directory` */
  readonly certificateAuthority?: string;

  /** The client's certificate, in PEM. @default - from `directory` */
  readonly certificate?: string;

  /** The client's private key, in PEM. Take it from a sensitive Terraform variable. @default - from `directory` @sensitive */
  readonly privateKey?: string;
}

/** Options of an engine that is reached over TCP. */
export interface TcpHostOptions {
  /** The machine's name in the stack, which Terraform's state has. @default - the address, with `-` for other characters than letters and digits @tokens refused */
  readonly name?: string;

  /** The certificates. @default - none: the address must be of this machine, because who reaches the engine is root there @sensitive */
  readonly tls?: HostTls;
}
