import * as https from 'https';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { TerraformStack } from 'cdktf';
import { ask } from './clients';
import {
  Duration, Gateway, GatewayProps, GoScratchImage, GoService, ServiceProps, HealthCheck, PublishedPort, Rollout, Size,
} from '../../../lib';
import { Deployment, PrivateAuthority, RunningContainer, SynthesizedStack, dockerApi, freePort, eventually } from '../engine';
import { certificatesVolume } from '../harness/certificates-volume';

/** What a well-behaved client saw, with a request on a new connection each 50 ms. */
export interface Observation {
  readonly requests: number;
  readonly failed: number;
  /** How often each failure was seen: a status code or an error. */
  readonly failures: Record<string, number>;
  readonly slowestMilliseconds: number;
  readonly medianMilliseconds: number;
}

/** A gateway with a service that is attacked, `shop.example`, and one beside it, `neighbour.example`. */
export class Stand {
  public static readonly TARGET = path.join(__dirname, '..', 'fixtures', 'target');

  public static async start(
    props: Partial<GatewayProps> = {}, more: (stack: TerraformStack, gateway: Gateway, image: GoScratchImage) => void = () => undefined,
  ): Promise<Stand> {
    const ports = { http: await freePort(), https: await freePort(), metrics: await freePort(), observer: await freePort() };
    const { certificate, key } = new PrivateAuthority().issue(['DNS:shop.example']);
    const deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const certificates = certificatesVolume(stack, certificate + key);
      const gateway = new Gateway(stack, 'gateway', {
        publish: PublishedPort.onLoopback(ports.http),
        tls: {
          publish: PublishedPort.onLoopback(ports.https),
          certificates: certificates.certificates,
          redirectHttp: false,
          strictTransportSecurity: Duration.hours(1),
        },
        metricsPort: ports.metrics,
        ...props,
      });
      gateway.resource.dependsOn = [certificates.filled];
      const image = new GoScratchImage(stack, 'image', { source: Stand.TARGET });
      for (const [id, replicas] of [['shop', 5], ['neighbour', 1]] as const) {
        new GoService(stack, id, {
          ...Stand.service(image, id),
          replicas,
          rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }),
          routes: [gateway.route({ host: `${id}.example` })],
        });
      }
      const observer = new GoService(stack, 'observer', { ...Stand.service(image, 'observer'), publish: PublishedPort.onLoopback(ports.observer) });
      observer.joinNetwork(gateway.network);
      more(stack, gateway, image);
    })).apply();
    const stand = new Stand(deployment, ports);
    await eventually(async () => stand.plain('/', 'shop.example').then(({ status }) => status, () => 0), (status) => status === 200);
    return stand;
  }

  public static service(image: GoScratchImage, name: string): ServiceProps {
    return { image, memory: Size.mebibytes(128), healthCheck: HealthCheck.http('/healthz'), environment: { NAME: name } };
  }

  private constructor(
    public readonly deployment: Deployment,
    public readonly ports: { readonly http: number; readonly https: number; readonly metrics: number; readonly observer: number },
  ) {}

  public get gateway(): RunningContainer {
    return this.deployment.container('e2e-gateway');
  }

  public async plain(target: string, host: string, headers: Record<string, string> = {}, method = 'GET', body?: string) {
    return ask(`http://127.0.0.1:${this.ports.http}`, { path: target, method, headers: { host, ...headers } }, body);
  }

  public async secure(target: string, headers: Record<string, string> = {}, method = 'GET', options: https.RequestOptions = {}) {
    return ask(`https://127.0.0.1:${this.ports.https}`, {
      path: target, method, headers: { host: 'shop.example', ...headers }, servername: 'shop.example', rejectUnauthorized: false, ...options,
    });
  }

  /**
   * Attacks, and tells what a client of the neighbour saw meanwhile. It is a container on the gateway's network: for the gateway all clients
   * on this machine are one.
   */
  public async during(attack: () => Promise<unknown>): Promise<Observation> {
    const observer = `http://127.0.0.1:${this.ports.observer}`;
    await ask(`${observer}/observe?gateway=http://e2e-gateway:8080/&host=neighbour.example`);
    await attack();
    return JSON.parse((await ask(`${observer}/observed`)).body) as Observation;
  }

  /** What a container on the gateway's network gets from a URL. */
  public async fromNetwork(url: string): Promise<Observation> {
    const observer = `http://127.0.0.1:${this.ports.observer}`;
    await ask(`${observer}/observe?gateway=${url}&host=localhost`);
    await sleep(500);
    return JSON.parse((await ask(`${observer}/observed`)).body) as Observation;
  }

  /** The most memory that the gateway has had since its start, in MiB, without the page cache. */
  public async peakMebibytes(): Promise<number> {
    const { stdout } = await this.gateway.exec(['sh', '-c', 'cat /sys/fs/cgroup/memory.peak 2> /dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes']);
    return Math.round(Number(stdout) / 1024 / 1024);
  }

  /** Replaces the gateway's certificates by one file. */
  public async writeCertificate(text: string): Promise<void> {
    await this.inCertificates('rm -f /c/*; printf "%s" "$TEXT" > /c/.new; mv /c/.new /c/shop.pem', text);
  }

  public async removeCertificates(): Promise<void> {
    await this.inCertificates('rm -f /c/*');
  }

  private async inCertificates(script: string, text = ''): Promise<void> {
    const { Id } = await dockerApi.post<{ Id: string }>('/containers/create', {
      body: {
        Image: 'haproxy:3.0',
        User: '0:0',
        Entrypoint: ['/bin/sh', '-c', script],
        Env: [`TEXT=${text}`],
        HostConfig: { Binds: [`${this.deployment.objectName('certificates')}:/c`] },
      },
    });
    const writer = new RunningContainer(Id, 'writer');
    await writer.start();
    await writer.ended();
    await writer.remove();
  }

  public async restarts(name = 'e2e-gateway'): Promise<number> {
    return (await this.deployment.container(name).inspect() as unknown as { RestartCount: number }).RestartCount;
  }

  public async metrics(): Promise<string> {
    return (await ask(`http://127.0.0.1:${this.ports.metrics}/metrics`)).body;
  }

}

/** How long attacks last that only show something over time. `npm run e2e:attacks` lets them last longer. */
export const ATTACK_MILLISECONDS = Number(process.env.ATTACK_SECONDS ?? 4) * 1000;

/** A line for the person who runs the attacks. */
export function report(attack: string, result: object): void {
  process.stdout.write(`${attack}: ${JSON.stringify(result)}\n`);
}
