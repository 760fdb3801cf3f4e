/** What the second package is made with. */
export const CDKTN = {
  name: 'cdktn-go-docker',
  cdktn: '0.24.0',
  constructs: '10.7.2',
  /** Pins the Docker provider 4.6.0. */
  binding: '16.1.0',
  /** Needed by the binding. */
  node: '22.11.0',
} as const;

/** What users write in package.json: module → version. */
export const PEERS: Readonly<Record<string, string>> = {
  '@cdktn/provider-docker': `^${CDKTN.binding}`,
  'cdktn': `^${CDKTN.cdktn}`,
  // What `cdktn` itself allows.
  'constructs': '>=10.6.0 <10.8.0',
};

/** Modules of the first package → of the second. */
export const MODULES: Readonly<Record<string, string>> = {
  '@cdktf/provider-docker': '@cdktn/provider-docker',
  'cdktf': 'cdktn',
  'cdktf-cli': 'cdktn-cli',
  'cdktf-go-docker': CDKTN.name,
};
