import { Inspection } from '../harness/running-container';

/** What a rule says of a container. */
export type Verdict =
  | { readonly result: 'passed' }
  | { readonly result: 'not applicable' | 'failed'; readonly reason: string };

/** A container of the library, as `docker inspect` shows it and its image, and what the stack asked for. */
export interface Inspected {
  readonly kind: string;
  readonly container: Inspection & { readonly Mounts: { Type: string; Source: string; Destination: string; Propagation: string }[]; readonly Path: string; readonly Args: readonly string[] };
  readonly image: { readonly RepoTags: string[] | null; readonly Config: { readonly User: string } };
  /** `docker history` of images that the library builds. */
  readonly steps?: readonly string[];
  /** How many ports the stack publishes of it. */
  readonly publishedPorts: number;
  /** Whether the library builds the image. */
  readonly isBuilt: boolean;
  readonly runsOnce: boolean;
}

export interface Rule {
  readonly id: string;
  /** In our words. */
  readonly title: string;
  readonly check: (inspected: Inspected) => Verdict;
}

const passed: Verdict = { result: 'passed' };
const failed = (reason: string): Verdict => ({ result: 'failed', reason });
const notApplicable = (reason: string): Verdict => ({ result: 'not applicable', reason });
const passedIf = (condition: boolean, reason = 'UNEXPECTED: docker inspect shows otherwise'): Verdict => condition ? passed : failed(reason);

const host = ({ container }: Inspected) => container.HostConfig;
const options = (inspected: Inspected): string[] => host(inspected).SecurityOpt ?? [];

const SENSITIVE = ['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/root', '/run', '/sys', '/usr', '/var/run', '/var/lib/docker'];

const ENDS = 'the container ends by itself after seconds';
const OF_OTHERS = 'the image is one that its project publishes, for PostgreSQL in part with a script of this library in a layer above it';
const OPERATOR = 'about what operators do, not about the container. Nothing in this library or its documentation does it';

/** CIS Docker Benchmark 1.6.0, sections 4 and 5. */
export const RULES: readonly Rule[] = [
  {
    id: '4.1',
    title: 'The image or container has a user of its own',
    check: ({ container, kind }) => passedIf(!/^(0|root)?(:.*)?$/.test(container.Config.User), kind === 'volume claim'
      ? 'reads the data directory, which belongs to the user of the server, to refuse the data of another stack. It has one capability, which only reads, and no network'
      : 'the entrypoint of the official image starts as root, gives the data directory to the user `postgres` and becomes that user, without capabilities'),
  },
  {
    id: '4.2',
    title: 'Trusted base images',
    check: ({ isBuilt }) => isBuilt ? passed : notApplicable('an official image or that of the project, by default from its own registry. `mirrors` takes all images from a registry that you trust'),
  },
  { id: '4.3', title: 'No unnecessary packages', check: ({ isBuilt }) => isBuilt ? passed : notApplicable(OF_OTHERS) },
  {
    id: '4.4',
    title: 'Images are scanned, and rebuilt for security patches',
    check: ({ isBuilt }) => notApplicable(isBuilt
      ? 'a matter of your pipeline: a scanner reads the bill of materials of each image, and [a new pin builds it again](images.md)'
      : 'a matter of your pipeline: [learn of newer images](security.md#learn-of-newer-images)'),
  },
  { id: '4.5', title: 'Content trust', check: () => notApplicable('a setting of the docker command, which pulls nothing here. `pins` fix images by their digests') },
  {
    id: '4.6',
    title: 'HEALTHCHECK in the image',
    check: ({ runsOnce }) => notApplicable(runsOnce ? ENDS : 'the container has the health check, where its settings are: see 5.27'),
  },
  { id: '4.7', title: 'No update instruction alone in Dockerfiles', check: ({ isBuilt, steps }) => built(isBuilt, !steps?.some((step) => /apt-get update|apk update/.test(step))) },
  { id: '4.8', title: 'No setuid and setgid programs', check: ({ isBuilt }) => isBuilt ? passed : notApplicable(`${OF_OTHERS}; \`no-new-privileges\` takes the effect from such programs`) },
  { id: '4.9', title: 'COPY, not ADD', check: ({ isBuilt, steps }) => built(isBuilt, !steps?.some((step) => /^ADD /.test(step))) },
  {
    id: '4.10',
    title: 'No secrets in Dockerfiles',
    check: ({ isBuilt, steps }) => built(isBuilt, !steps?.some((step) => /password|token|secret/i.test(step))),
  },
  { id: '4.11', title: 'Only verified packages', check: ({ isBuilt }) => isBuilt ? passed : notApplicable(OF_OTHERS) },
  { id: '4.12', title: 'Signed artifacts are validated', check: () => notApplicable('Go checks modules against `go.sum`, which is part of the build; images by digest with `pins`. Docker has no signatures on this path') },

  { id: '5.1', title: 'No swarm mode unless needed', check: () => notApplicable('about the engine, whose configuration stays as it is') },
  { id: '5.2', title: 'AppArmor', check: (one) => passedIf(!options(one).some((option) => /apparmor[=:]unconfined/.test(option))) },
  { id: '5.3', title: 'SELinux', check: (one) => passedIf(!options(one).some((option) => /label[=:]disable/.test(option))) },
  {
    id: '5.4',
    title: 'Capabilities are restricted',
    check: (one) => passedIf(host(one).CapDrop?.includes('ALL') && (host(one).CapAdd ?? []).every((name: string) => KEPT[one.kind]?.includes(name))),
  },
  { id: '5.5', title: 'Not privileged', check: (one) => passedIf(host(one).Privileged === false) },
  {
    id: '5.6',
    title: 'No sensitive directories of the host',
    check: ({ container }) => passedIf(container.Mounts.every(({ Type, Source }) => Type !== 'bind' || !SENSITIVE.includes(Source))),
  },
  { id: '5.7', title: 'No sshd', check: ({ container }) => passedIf(![container.Path, ...container.Args].some((part) => part.includes('sshd'))) },
  { id: '5.8', title: 'No privileged ports', check: (one) => passedIf(bindings(one).every(({ HostPort }) => Number(HostPort) >= 1024)) },
  { id: '5.9', title: 'Only needed ports', check: (one) => passedIf(bindings(one).length === one.publishedPorts) },
  { id: '5.10', title: 'Not the network of the host', check: (one) => passedIf(host(one).NetworkMode !== 'host') },
  { id: '5.11', title: 'Memory limit', check: (one) => passedIf(host(one).Memory > 0 && host(one).MemorySwap === host(one).Memory) },
  {
    id: '5.12',
    title: 'Share of the processors',
    check: (one) => passedIf(host(one).CpuShares > 0 || host(one).CpuQuota > 0, one.runsOnce
      ? 'it has the weight that all have, for the seconds that it runs. `cpuShares` and `cpuPercent` of your own tasks set it'
      : 'only you know what a container may need. All have the same weight, so that none starves the others; `cpuShares` and `cpuPercent` of services and `cpuPercent` of databases and gateways set it'),
  },
  {
    id: '5.13',
    title: 'Read-only root file system',
    check: (one) => passedIf(host(one).ReadonlyRootfs,
      'the provider cannot hand a file to a container with a read-only root file system, and passwords come as a file so that `docker inspect` does not show them. It ends after seconds'),
  },
  {
    id: '5.14',
    title: 'Ports on one address of the host',
    check: (one) => bindings(one).length === 0 ? notApplicable('no port is published') : passedIf(bindings(one).every(({ HostIp }) => !['', '0.0.0.0', '::'].includes(HostIp))),
  },
  {
    id: '5.15',
    title: 'Restarts at most 5 times',
    check: (one) => {
      const { Name, MaximumRetryCount } = host(one).RestartPolicy;
      return passedIf(Name === 'no' || Name === '' || (Name === 'on-failure' && MaximumRetryCount <= 5),
        '`unless-stopped`: after five failures in a night nobody would be served in the morning. The engine doubles the pause up to a minute, each plan warns of a container that crashes, and `restart` sets `RestartPolicy.onFailure(5)`');
    },
  },
  { id: '5.16', title: 'Not the processes of the host', check: (one) => passedIf(host(one).PidMode !== 'host') },
  { id: '5.17', title: 'Not the IPC of the host', check: (one) => passedIf(host(one).IpcMode !== 'host') },
  { id: '5.18', title: 'No devices of the host', check: (one) => passedIf((host(one).Devices ?? []).length === 0) },
  {
    id: '5.19',
    title: 'Limits of the engine only changed where needed',
    check: (one) => passedIf((host(one).Ulimits ?? []).length === 0),
  },
  { id: '5.20', title: 'No shared mount propagation', check: ({ container }) => passedIf(container.Mounts.every(({ Propagation }) => !/shared/.test(Propagation ?? ''))) },
  { id: '5.21', title: 'Not the host name of the host', check: (one) => passedIf(host(one).UTSMode !== 'host') },
  { id: '5.22', title: 'The default seccomp profile', check: (one) => passedIf(!options(one).some((option) => option.startsWith('seccomp'))) },
  { id: '5.23', title: 'docker exec without --privileged', check: () => notApplicable(OPERATOR) },
  { id: '5.24', title: 'docker exec without --user root', check: () => notApplicable(OPERATOR) },
  { id: '5.25', title: 'The cgroup of the engine', check: (one) => passedIf((host(one).CgroupParent ?? '') === '') },
  { id: '5.26', title: 'No new privileges', check: (one) => passedIf(options(one).some((option) => /^no-new-privileges([:=]true)?$/.test(option))) },
  { id: '5.27', title: 'Health is checked', check: ({ container, runsOnce }) => runsOnce ? notApplicable(`${ENDS}, and the apply reads its exit code`) : passedIf(container.Config.Healthcheck?.Test?.length > 1) },
  { id: '5.28', title: 'The latest version of images', check: () => notApplicable('a matter of your pipeline: [learn of newer images](security.md#learn-of-newer-images)') },
  {
    id: '5.29',
    title: 'Limit of processes',
    check: (one) => passedIf(host(one).PidsLimit > 0,
      'the Docker provider has no attribute for it, and `docker update` comes too late for a container that ends by itself. Its memory limit, without swap, bounds the processes'),
  },
  { id: '5.30', title: 'Not the default bridge', check: ({ container }) => passedIf(!Object.keys(container.NetworkSettings.Networks).includes('bridge')) },
  { id: '5.31', title: 'Not the user namespace of the host', check: (one) => passedIf(host(one).UsernsMode !== 'host') },
  { id: '5.32', title: 'No Docker socket', check: ({ container }) => passedIf(container.Mounts.every(({ Source, Destination }) => !/docker\.sock/.test(`${Source} ${Destination}`))) },
];

/** The capabilities that a container keeps. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  'PostgreSQL': ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_SETGID', 'CAP_SETUID'],
  'initialisation': ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_SETGID', 'CAP_SETUID'],
  'volume claim': ['CAP_DAC_READ_SEARCH'],
};

function built(isBuilt: boolean, condition: boolean): Verdict {
  return isBuilt ? passedIf(condition) : notApplicable(OF_OTHERS);
}

function bindings(one: Inspected): { HostIp: string; HostPort: string }[] {
  return (Object.values(host(one).PortBindings ?? {}) as { HostIp: string; HostPort: string }[][]).flat();
}
