/** What a Docker Engine's /etc/docker/daemon.json can add to each container. */
export interface EngineConfiguration {
  readonly name: string;
  readonly daemon: Readonly<Record<string, unknown>>;
}

/** The default that the others are compared with comes first. `userns-remap` needs users of the machine, which a test does not add. */
export const CONFIGURATIONS: readonly EngineConfiguration[] = [
  { name: 'none', daemon: {} },
  { name: '`default-ulimits`', daemon: { 'default-ulimits': { nofile: { Name: 'nofile', Soft: 1024, Hard: 4096 }, nproc: { Name: 'nproc', Soft: 4096, Hard: 8192 } } } },
  { name: '`log-driver` local', daemon: { 'log-driver': 'local' } },
  { name: '`log-opts`', daemon: { 'log-opts': { 'max-size': '1m', 'max-file': '7', 'labels': 'com.example' } } },
  { name: '`init`', daemon: { init: true } },
  { name: '`icc` false', daemon: { icc: false } },
  { name: '`default-shm-size`', daemon: { 'default-shm-size': '128M' } },
  { name: '`default-cgroupns-mode` private', daemon: { 'default-cgroupns-mode': 'private' } },
  { name: '`proxies`', daemon: { proxies: { 'http-proxy': 'http://proxy.example:3128', 'https-proxy': 'http://proxy.example:3128', 'no-proxy': 'localhost' } } },
  { name: '`runtimes`, `default-runtime`', daemon: { 'runtimes': { other: { path: 'runc' } }, 'default-runtime': 'other' } },
  { name: '`live-restore`', daemon: { 'live-restore': true } },
  { name: '`no-new-privileges`', daemon: { 'no-new-privileges': true } },
  { name: '`default-address-pools`', daemon: { 'default-address-pools': [{ base: '10.200.0.0/16', size: 24 }] } },
];
