import type { IConstruct } from 'constructs';
import { GrpcHealthCheckOptions, HealthCheckOptions, HttpHealthCheckOptions, HttpsHealthCheckOptions, TcpHealthCheckOptions } from './health-check-options';
import { HealthCheckTiming, timingProblem } from './health-check-timing';
import { HealthCheckTarget, HealthTest, commandLineProblem, commandProblem, commandTest, httpTest, noTest, shellTest, tcpTest } from './health-test';
import { httpQuestionProblem } from './http-question-rules';
import { grpcTest, httpsTest, serviceProblem, tlsProblem } from './secure-tests';
import { checkArguments } from '../input/props';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';

/**
 * The health check of a container, with every setting present.
 *
 * The engine fills missing settings from the image, and the provider reads those back. Without all settings, every plan shows a change.
 *
 * @internal
 */
export interface RenderedHealthCheck {
  readonly test: string[];
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string;
  readonly startInterval: string;
  readonly retries: number;
}

/**
 * The health check that the engine runs in a container.
 *
 * `http`, `https`, `grpc` and `tcp` run a small static program that the images of this library hold, so they work without a shell. It
 * connects to 127.0.0.1, and to [::1] where that is refused. Why a check failed is shown by
 * `docker inspect --format '{{json .State.Health}}' <container>`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#healthcheck
 *
 * @example
 * HealthCheck.http('/healthz', { startPeriod: Duration.minutes(1) });
 * HealthCheck.grpc('acme.shop.v1.Shop', { port: 9000 });
 * HealthCheck.tcp({ port: 9000 });
 * HealthCheck.command(['/app', '-check']);
 */
export class HealthCheck {
  /**
   * The container is healthy if it answers a GET request in time with a status code from 200 to 399.
   *
   * @param path where the server reports its health, for example `/healthz`, with an optional query: starts with a slash, everything that a URL
   * must not hold is percent-encoded
   * @param options port, host name, status codes and timing
   */
  public static http(path: string, options: HttpHealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.http', { path, options }, () => httpQuestionProblem({ path, ...options }) ?? timingProblem(options));
    return new HealthCheck(httpTest(path, options), options);
  }

  /**
   * Healthy means: a GET request over TLS is answered, in time and with a status code from 200 to 399. The image needs a
   * probe with TLS: `probeTls`.
   *
   * @param path where the server reports its health, for example `/healthz`, as in `http`
   * @param options whom to trust, port, host name, status codes and timing
   * @throws an error when both `ca` and `insecure` are given
   */
  public static https(path: string, options: HttpsHealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.https', { path, options },
      () => httpQuestionProblem({ path, ...options }) ?? tlsProblem(options) ?? timingProblem(options));
    return new HealthCheck(httpsTest(path, options), options);
  }

  /**
   * Healthy means: the server answers `SERVING` to `grpc.health.v1.Health/Check`, the standard health check of gRPC, in time.
   *
   * @param service the full name of the service to ask for, for example `acme.shop.v1.Shop`, up to 1000 characters; without
   * it, the whole server
   * @param options port, TLS and timing
   * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
   */
  public static grpc(service?: string, options: GrpcHealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.grpc', { service, options },
      () => serviceProblem(service) ?? (options.tls && tlsProblem(options.tls)) ?? timingProblem(options));
    return new HealthCheck(grpcTest(service, options), options);
  }

  /**
   * Healthy means: a TCP connection is accepted in time.
   *
   * @param options port and timing
   */
  public static tcp(options: TcpHealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.tcp', { options }, () => timingProblem(options));
    return new HealthCheck(tcpTest(options), options);
  }

  /**
   * The container is healthy if a program of the image exits with 0 in time. No shell is involved.
   *
   * @param command the program's path in the image and its arguments, for example `["/app", "check"]`
   * @param options timing
   */
  public static command(command: string[], options: HealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.command', { command, options }, () => commandProblem(command) ?? timingProblem(options));
    return new HealthCheck(commandTest(command), options);
  }

  /**
   * The container is healthy if a command line exits with 0 in time. The image's `/bin/sh -c` runs it; without a shell, synth fails.
   *
   * @param commandLine the shell's command line, for example `pg_isready -h 127.0.0.1 || exit 1`
   * @param options timing
   */
  public static shell(commandLine: string, options: HealthCheckOptions = {}): HealthCheck {
    checkArguments('HealthCheck.shell', { commandLine, options }, () => commandLineProblem(commandLine) ?? timingProblem(options));
    return new HealthCheck(shellTest(commandLine), options);
  }

  /** Disables the check, also the image's own. Nothing can then wait until the container is healthy. */
  public static none(): HealthCheck {
    return new HealthCheck(noTest(), {});
  }

  private readonly timing: HealthCheckTiming;

  private constructor(private readonly test: HealthTest, private readonly options: HealthCheckOptions) {
    this.timing = new HealthCheckTiming(options);
  }

  /** What it asks, without its timing. @internal */
  public get _test(): HealthTest {
    return this.test;
  }

  /** Whether the user gave it a timing. @internal */
  public get _hasTiming(): boolean {
    const { interval, timeout, retries, startPeriod, startInterval } = this.options;
    return [interval, timeout, retries, startPeriod, startInterval].some((option) => option !== undefined);
  }

  /** The settings for the engine. Throws `InputError` with the construct's path when the test does not fit the container. @internal */
  public _render(scope: IConstruct, target: HealthCheckTarget): RenderedHealthCheck {
    return {
      test: this.test.render(scope, target, this.timing).map(literal),
      interval: this.timing.interval.toGoDuration(),
      timeout: this.timing.timeout.toGoDuration(),
      startPeriod: this.timing.startPeriod.toGoDuration(),
      startInterval: this.timing.startInterval.toGoDuration(),
      retries: this.timing.retries,
    };
  }

  /** The probe's command line, without the options that end a program. `undefined` when the probe does not run the check. @internal */
  public _probeCommand(scope: IConstruct, target: HealthCheckTarget): string[] | undefined {
    return this.test.asksProbe ? this.test.render(scope, { ...target, liveness: undefined }, this.timing).slice(1) : undefined;
  }

  /** @internal */
  public get _interval(): Duration {
    return this.timing.interval;
  }

  /** @internal */
  public get _startPeriod(): Duration {
    return this.timing.startPeriod;
  }

  /** See {@link HealthCheckTiming.maxWait}, in whole seconds. `undefined` without a check: the provider cannot wait then. @internal */
  public _maxWait(): Duration | undefined {
    return this.test.tellsHealth ? Duration.seconds(Math.ceil(this.timing.maxWait().toSeconds())) : undefined;
  }

  /** See {@link HealthCheckTiming.answeredWait}. `undefined` without a check. @internal */
  public _answeredWait(): Duration | undefined {
    return this.test.tellsHealth ? this.timing.answeredWait() : undefined;
  }

  /** Whether it runs the probe of the image, which can end a program that no longer answers. @internal */
  public get _asksProbe(): boolean {
    return this.test.asksProbe ?? false;
  }

  /**
   * What the probe of the container's image asks, for another container; `undefined` for checks that run another program.
   * @internal
   */
  public _remoteQuestion(scope: IConstruct, target: HealthCheckTarget, host: string): string[] | undefined {
    const [keyword, program, ...check] = this.test.render(scope, target, this.timing);
    return keyword === 'CMD' && program === target.probePath ? [...check, '--host', host] : undefined;
  }

  /** What an HTTP check asks, so that others can ask the same; `undefined` for other checks. @internal */
  public get _question(): HealthTest['question'] {
    return this.test.question;
  }
}
