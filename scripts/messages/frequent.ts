/**
 * Frequent errors of the tools that a deploy uses. `test/engine/troubleshooting.test.ts` makes each mistake and looks for the text in what the
 * tool says, so that the page cannot get stale.
 */

/** What makes a mistake. */
export type Maker =
  /** `test/engine/troubleshooting.test.ts`. */
  | 'engine'
  /** `npm run e2e:failures`, which writes `docs/when-a-deploy-fails.md`. */
  | 'failures';

export interface Frequent {
  /** As the tool prints it, with placeholders. */
  readonly says: string;
  readonly cause: string;
  readonly remedy: string;
  readonly maker: Maker;
}

export interface Source {
  readonly title: string;
  readonly errors: readonly Frequent[];
}

function error(says: string, cause: string, remedy: string, maker: Maker = 'engine'): Frequent {
  return { says, cause, remedy, maker };
}

export const FREQUENT: readonly Source[] = [
  {
    title: 'npm, Node.js and CDKTF',
    errors: [
      error('could not determine executable to run', 'npx found a package without a command: `cdktf` is installed, and `cdktf-cli` is not',
        '`npm install --save-dev cdktf-cli`; see [getting started](getting-started.md)'),
      error('Error: Cannot find module \'‹package›\'', 'A package that the program imports is not installed, often `cdktf`, `constructs` or `@cdktf/provider-docker`',
        '`npm ci`, or `npm install cdktf-go-docker @cdktf/provider-docker cdktf constructs`'),
      error('error TS2307: Cannot find module \'‹package›\' or its corresponding type declarations.', 'The same, found by TypeScript', 'The same'),
      error('There is already a Construct with name \'‹id›\' in ‹parent›', 'Two constructs of one parent have the same id', 'Give one of them another id. An id is part of names: keep that of what is deployed'),
    ],
  },
  {
    title: 'Terraform',
    errors: [
      error('Error: Failed to query available provider packages', 'Terraform cannot download the Docker provider: no way to registry.terraform.io, or a mirror that lacks the version',
        'Open the way to the registry (a proxy: `HTTPS_PROXY`), or put the version that the error names into the mirror of Terraform\'s configuration. Behind a mirror, run `npx cdktf deploy --skip-provider-lock`: without the option, CDKTF asks the registry for checksums'),
      error('Error: Inconsistent dependency lock file', '`.terraform.lock.hcl` lacks the provider that the program asks for, often after an upgrade of `@cdktf/provider-docker`, or before the first `init`',
        '`terraform init -upgrade` in `cdktf.out/stacks/‹stack›`, or `npx cdktf deploy`, which does it; commit the lock file if you keep it'),
      error('Error: Required plugins are not installed', 'Terraform was not initialised in this directory, or its `.terraform` directory was removed',
        '`terraform init` in `cdktf.out/stacks/‹stack›`'),
      error('Error: Unsupported Terraform Core version', 'The program or a module asks for another version of Terraform', 'Install that version'),
      error('Error: Backend initialization required, please run "terraform init"', 'The stack\'s backend is new, or was changed', '`terraform init -migrate-state`, which takes the state along. Without it the next apply knows nothing of what runs'),
      error('Error: Error acquiring the state lock', 'Another `terraform` or `cdktf` works on the same state, or one was killed while it did',
        'Wait for it. If nothing runs any more: `terraform force-unlock ‹ID›`. Which id is the holder\'s depends on the backend: [when the lock is held](remote-state-and-ci.md#when-the-lock-is-held)'),
      error('Error: Saved plan is stale', 'Something was applied since the plan was made', 'Make the plan again, and review it'),
      error('Error: No value for required variable', 'A `TerraformVariable` without a default has no value', '`TF_VAR_‹name›` in the environment, or `-var`. A secret belongs into the environment'),
      error('Error: Cycle: ‹resources›', 'Terraform cannot order the resources: something leaves the program in the same step as a change that must come before or after it. '
        + 'Nothing was changed',
      'Take two steps: leave the connection or `after` out and apply, then remove the rest. Circles of `after` are found at synth'),
      error('Error: Instance cannot be destroyed', 'A plan would remove a resource with `prevent_destroy`. The library sets it on nothing: the resource is your own, or an early version of the library made it', 'Undo the edit, or take `prevent_destroy` out, apply, and then make the edit. Data of a database: [PostgreSQL](postgres.md#what-happens-to-the-data)'),
    ],
  },
  {
    title: 'The connection to the Docker Engine',
    errors: [
      error('Error: Error pinging Docker server, please make sure that ‹address› is reachable and has a \'_ping\' endpoint.',
        'The provider reaches no engine', 'Start the engine, or correct `host` of the provider or `DOCKER_HOST`. `docker version` must work for the same user'),
      error('Cannot connect to the Docker daemon at ‹address›. Is the docker daemon running?', 'The docker command reaches no engine', 'As above. The provider does not read `docker context use`'),
      error('permission denied while trying to connect to the Docker daemon socket at ‹socket›', 'The user may not use the engine\'s socket',
        '`sudo usermod -aG docker ‹user›` and a new login; such a user is as powerful as root'),
      error('x509: certificate signed by unknown authority', 'The certificate of an engine, a registry or a module proxy comes from an authority that the client does not know',
        'An engine: `caMaterial` or `certPath` of the provider. A registry: `/etc/docker/certs.d/‹host›/ca.crt` on the Docker host. Modules: `certificates` of the image'),
    ],
  },
  {
    title: 'Registries and pulls',
    errors: [
      error('Error response from daemon: denied', 'The name is wrong, or the registry wants credentials. Docker Hub says it longer: `pull access denied`',
        'Check the name. Credentials: `ImageRegistry`, see [images](images.md)'),
      error('unable to pull image ‹image›: error pulling image ‹image›: ‹reason›', 'The provider\'s words for a pull that failed', 'The reason is the last part'),
      error('toomanyrequests: ‹reason›', 'The registry limits anonymous pulls, Docker Hub by address', 'Log in (`ImageRegistry`), or a mirror: `mirrors` of `ImageSources`'),
      error('Error response from daemon: manifest unknown', 'The repository is there, and has no such tag', 'Correct the tag'),
      error('no matching manifest for ‹platform› in the manifest list entries', 'The image is not built for the engine\'s processor', 'Take an image for it, or build one: `platforms`'),
      error('http: server gave HTTP response to HTTPS client', 'The registry speaks HTTP, and the engine expects HTTPS of every registry that is not on loopback',
        'Give the registry a certificate, or name it in `insecure-registries` of the engine\'s `daemon.json`'),
      error('dial tcp: lookup ‹host› on ‹name server›: no such host', 'The name is wrong, or the engine\'s name server does not know it', 'Correct the name; on the Docker host: `getent hosts ‹host›`. Names of containers are known on their own networks only'),
      error('connect: connection refused', 'The machine answers, and nothing listens on this port', 'Start what should listen, or correct the port. In a container, `localhost` is the container itself'),
    ],
  },
  {
    title: 'Builds',
    errors: [
      error('Error: Error running legacy build: ‹reason›', 'The provider\'s words for a failed build, also of BuildKit. No container was touched',
        'The reason follows. The whole output: `cdktf.out/stacks/‹stack›/assets/‹image›/build*.log`: [guarantees](guarantees.md#when-a-deploy-fails)'),
      error('ERROR: failed to solve: ‹reason›', 'The same, as `docker build` says it', 'The reason follows, and the line of the Dockerfile stands above'),
      error('process "‹command›" did not complete successfully: exit code: ‹code›', 'A command of the build failed, such as `go build`', 'Its own output stands in the build log'),
      error('failed to resolve source metadata for ‹image›: ‹reason›', 'BuildKit cannot look up a base image', 'As for [pulls](#registries-and-pulls)'),
    ],
  },
  {
    title: 'Containers, networks and volumes',
    errors: [
      error('Error: container failed to be in healthy state', 'The provider itself waited for the health check, because Terraform finds no docker command where it runs',
        'Look at the container: [when a deploy fails](when-a-deploy-fails.md#what-the-error-shows). Install the docker command to get the reason in the error'),
      error('Conflict. The container name "‹name›" is already in use by container "‹id›". You have to remove (or rename) that container to be able to reuse that name.',
        'Somebody else made a container of this name, or Terraform\'s state was lost', 'Remove it (`docker rm --force ‹name›`), take it over (`terraform import`), or choose another `containerName`'),
      error('Bind for ‹address› failed: port is already allocated', 'Another container publishes this port of the host', '`docker ps --filter publish=‹port›`; choose another port, or end the other one'),
      error('bind: address already in use', 'A program of the host, not a container, has the port', '`ss -ltnp` on the Docker host says which', 'failures'),
      error('error while removing network: network ‹name› id ‹id› has active endpoints', 'A container that Terraform does not know is on the network',
        '`docker network inspect ‹name›` names it: `docker network disconnect --force ‹name› ‹container›`'),
      error('remove ‹volume›: volume is in use - [‹container›]', 'A container, also a stopped one, uses the volume', 'Remove the container first: `docker ps --all --filter volume=‹volume›`'),
      error('exec: "‹program›": executable file not found in $PATH', 'The image has no such program', 'Correct `arguments` or `command`. A scratch image has only the program itself: no shell'),
      error('exec: "‹program›": stat ‹program›: no such file or directory', 'The same, for a path', 'The same. A program that was linked dynamically says `no such file or directory` of its loader: use a distroless image', 'failures'),
      error('exec ‹program›: exec format error', 'The program is for another processor, or is no program', 'Remove `platform`, or set it to that of the engine'),
      error('unable to find user ‹user›', 'The image has no user of this name', 'Give a number: `user: "1000:1000"`', 'failures'),
    ],
  },
  {
    title: 'Programs in containers',
    errors: [
      error('Read-only file system', 'The root file system is read-only, by intention', 'Write to `/tmp`, or mount a volume: [files](files.md). `ContainerMount.tmpfs()` is memory'),
      error('Permission denied', 'The program runs as 65534, and the file or directory belongs to another user',
        'A volume of the library is given to the program\'s user. A directory of the host: `chown 65534:65534`, or `user` of the image'),
      error('No space left on device', 'The disk of the Docker host, or a tmpfs such as `/tmp` (64 MiB), is full', '`npx cdktf-go-docker status`, `docker system df`; `tmpSize`; old images: [images](images.md#old-versions)'),
      error('operation not permitted', 'The program needs a capability or a system call that it does not have', '`capabilities: ["NET_BIND_SERVICE"]`, the one that it needs: [security](security.md)', 'failures'),
      error('exit code 137', 'The kernel ended it at the memory limit, or `docker stop` lost its patience after `shutdownTimeout`', 'A larger `memory`; `npx cdktf-go-docker status` says `out of memory`', 'failures'),
      error('exit code 2', 'A Go program panicked, or was given a wrong flag', 'The panic and its first lines stand in the error and in `npx cdktf-go-docker logs`', 'failures'),
      error('password authentication failed for user', 'The program has another password than PostgreSQL, for example a text of its own', '`connectTo(database)`, which passes it; after a restore of old data: [PostgreSQL](postgres.md)', 'failures'),
    ],
  },
];
