import { Lazy, LocalExecProvisioner } from 'cdktf';
import { CHOOSE_ENGINE, DOCKER_OVER_SSH, EngineConfiguration, HAS_SHELL, engineEnvironment, hasSshHost } from './docker-command';
import { literal } from '../terraform/text';

/** The host ports that a container will publish. */
export interface WantedPorts {
  /** The construct that publishes them. */
  readonly path: string;
  readonly ports: readonly { readonly ip: string; readonly external: number; readonly protocol: string }[];
  /** Containers of the stack that publish ports. A port that one of them holds is given up in the same apply. */
  readonly holders: readonly string[];
}

/**
 * A constant text: its values are environment variables. It has no braces after `$`, which Terraform would read.
 *
 * It tries each port with a container that ends at once. The engine itself decides, because a program can hold a port in another network
 * namespace than the one where Terraform runs. `docker-init` is the engine's own program, so that any image will do.
 *
 * It checks nothing where the docker command does not reach the engine that has the container `$CONTAINER`.
 */
const TRY_PORTS = `${CHOOSE_ENGINE}
docker inspect --type container "$CONTAINER" >/dev/null 2>&1 || exit 0
failed=0
for port in $PORTS; do
  number=$(echo "$port" | sed 's/.*://')
  held=0
  for name in $(docker ps --filter "publish=$number" --format '{{.Names}}'); do
    case " $HOLDERS " in *" $name "*) held=1 ;; esac
  done
  if [ $held = 1 ]; then continue; fi
  case $port in */udp) protocol=/udp ;; *) protocol= ;; esac
  address=$(echo "$port" | sed 's,/udp$,,')
  output=$(docker run --rm --pull never --network bridge --publish "$address:1$protocol" --init --read-only --cap-drop ALL \\
    --security-opt no-new-privileges:true --log-driver none --no-healthcheck --entrypoint /sbin/docker-init "$IMAGE" --version 2>&1) && continue
  case $output in
    *'port is already allocated'* | *'address already in use'* | *'cannot assign requested address'*)
      echo "$EXPLANATION $port: $output" >&2
      failed=1 ;;
  esac
done
exit $failed`;

/** Fails the apply when the engine cannot publish the ports. It belongs to a container that has just run on the same engine. */
export function failUnlessFree({ path, ports, holders }: WantedPorts, engine: EngineConfiguration): LocalExecProvisioner {
  return {
    type: 'local-exec',
    // Read at synth, because the provider's host may change until then.
    command: Lazy.stringValue({
      produce: () => `\${${HAS_SHELL} ? ${JSON.stringify(hasSshHost(engine()) ? DOCKER_OVER_SSH + TRY_PORTS : TRY_PORTS)} : "exit 0"}`,
    }),
    environment: {
      ...engineEnvironment(engine),
      CONTAINER: '${self.id}',
      IMAGE: '${self.image}',
      PORTS: ports.map(({ ip, external, protocol }) => `${ip.includes(':') ? `[${ip}]` : ip}:${external}${protocol === 'udp' ? '/udp' : ''}`).join(' '),
      HOLDERS: holders.map(literal).join(' '),
      EXPLANATION: `${literal(path)} cannot publish a port of the host. Nothing has been stopped. End the program that has the port, `
        + 'or choose another one; the engine says of',
    },
  };
}
