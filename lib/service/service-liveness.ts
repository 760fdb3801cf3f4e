import { Construct } from 'constructs';
import { ServiceOptions } from './service-options';
import { HealthCheck } from '../health/health-check';
import { Liveness } from '../health/liveness';
import { ContainerImageBinding } from '../image/container-image';
import { reject } from '../input/input-error';

/**
 * The liveness of a service; `undefined` when it is off. By default it is on wherever it works. Defaults of a team do not fail where it
 * does not work.
 *
 * @param isOwn whether the service's own props give it
 */
export function livenessOf(
  scope: Construct, { liveness, restart, hostProcesses }: ServiceOptions, healthCheck: HealthCheck | undefined, image: ContainerImageBinding, isOwn: boolean,
): Liveness | undefined {
  const asksProbe = healthCheck?._asksProbe ?? false;
  const probeHasLiveness = image.probeHasLiveness ?? false;
  const restarts = restart?.name !== 'no';
  const wanted = liveness ?? Liveness.restart();
  if (!wanted._restarts || !isOwn) {
    return wanted._restarts && asksProbe && probeHasLiveness && restarts && !hostProcesses ? wanted : undefined;
  }
  if (hostProcesses) {
    reject(scope, {
      what: 'a program that hangs is to be restarted, and among the processes of the host the probe cannot tell which one it is',
      given: 'hostProcesses: true',
      allowed: '`hostProcesses` together with Liveness.off()',
      remedy: 'leave `liveness` out, or `hostProcesses`',
    });
  }
  if (!asksProbe) {
    reject(scope, {
      what: 'the health check cannot tell a program that hangs from one that is not healthy',
      given: 'Liveness.restart(…)',
      allowed: 'HealthCheck.http, .https, .grpc and .tcp together with Liveness.restart()',
      remedy: 'give one of these health checks, or leave `liveness` out',
    });
  }
  if (!probeHasLiveness) {
    reject(scope, {
      what: 'the image holds no probe that can end a program that hangs',
      given: 'Liveness.restart(…)',
      allowed: 'images that this library builds, or from a registry with `probePath` and `probeHasLiveness: true`',
      remedy: 'build the image with this library, or leave `liveness` out',
    });
  }
  if (!restarts) {
    reject(scope, {
      what: 'a program that hangs is to be restarted, and the restart policy forbids it',
      given: 'RestartPolicy.never()',
      allowed: 'another restart policy together with Liveness.restart()',
      remedy: 'leave `restart` out, or `liveness`',
    });
  }
  return wanted;
}
