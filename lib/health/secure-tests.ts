import type { IConstruct } from 'constructs';
import type { GrpcHealthCheckOptions, HealthCheckTlsOptions, HttpsHealthCheckOptions } from './health-check-options';
import { HealthCheckTarget, HealthTest, livenessOf, portOf, probeOf } from './health-test';
import { grpcProbeCommand, httpsProbeCommand } from './probe-program';
import { InputProblem, reject } from '../input/input-error';

/** The probe's own limit. */
const LONGEST_SERVICE = 1_000;
const VISIBLE = /^[\x21-\x7e]+$/;
// The probe's rule: labels of a name server, which also fit IPv4 addresses.
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*$/;

export function httpsTest(path: string, options: HttpsHealthCheckOptions): HealthTest {
  const question = { path, hostHeader: options.hostHeader, healthyStatusCodes: options.healthyStatusCodes };
  return {
    tellsHealth: true,
    asksProbe: true,
    render: (scope, target, timing) => {
      const port = portOf(scope, options.port ?? target.port);
      const command = httpsProbeCommand(tlsProbeOf(scope, target), { ...question, port }, options, timing.timeout.toMilliseconds());
      return ['CMD', ...command, ...livenessOf(scope, target, timing)];
    },
  };
}

export function grpcTest(service: string | undefined, options: GrpcHealthCheckOptions): HealthTest {
  return {
    tellsHealth: true,
    asksProbe: true,
    render: (scope, target, timing) => {
      const port = portOf(scope, options.port ?? target.port);
      const probe = options.tls ? tlsProbeOf(scope, target) : probeOf(scope, target);
      const command = grpcProbeCommand(probe, port, service, options.tls, timing.timeout.toMilliseconds());
      return ['CMD', ...command, ...livenessOf(scope, target, timing)];
    },
  };
}

function tlsProbeOf(scope: IConstruct, target: HealthCheckTarget): string {
  const probe = probeOf(scope, target);
  if (!target.probeHasTls) {
    reject(scope, {
      what: 'the image holds a probe without TLS',
      allowed: 'images that this library builds with `probeTls: true`',
      remedy: 'give the image `probeTls: true`, or serve the health check on a port without TLS',
    });
  }
  return probe;
}

/** The mistake in the name of a gRPC service, if there is one. */
export function serviceProblem(service: string | undefined): InputProblem | undefined {
  return service === undefined || (VISIBLE.test(service) && service.length <= LONGEST_SERVICE) ? undefined : {
    what: 'the service of the health check is not the name of a gRPC service',
    given: service,
    allowed: `1 to ${LONGEST_SERVICE} characters from ! to ~`,
    remedy: 'write it like HealthCheck.grpc("acme.shop.v1.Shop"), or leave it out to ask for the whole server',
  };
}

/** The mistake in the trust settings, if there is one. */
export function tlsProblem(tls: HealthCheckTlsOptions): InputProblem | undefined {
  if (tls.insecure && tls.ca !== undefined) {
    return {
      what: 'the health check has an authority to trust although any certificate is good',
      given: { ca: tls.ca, insecure: tls.insecure },
      allowed: 'one of `ca` and `insecure`',
      remedy: 'remove `insecure` to check the certificate, or `ca` to take any',
    };
  }
  if (tls.ca !== undefined && !/^\/[^\0]+$/.test(tls.ca)) {
    return {
      what: 'the certificate authority of the health check is not an absolute path',
      given: tls.ca,
      allowed: 'the path of a file in the container',
      remedy: 'write it like ca: "/etc/ssl/private-ca.pem"',
    };
  }
  return tls.serverName === undefined || HOST_NAME.test(tls.serverName) ? undefined : {
    what: 'the server name of the health check is not a host name',
    given: tls.serverName,
    allowed: 'a host name or IPv4 address of letters, digits, dots, hyphens and underscores, without a port',
    remedy: 'write it like serverName: "shop.example"',
  };
}
