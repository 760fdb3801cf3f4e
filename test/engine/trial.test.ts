import * as http from 'http';
import * as net from 'net';
import { performance } from 'perf_hooks';
import { setTimeout as sleep } from 'timers/promises';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { describeWithEngine, dockerApi, filesOf, freePort, temporaryDirectory } from './engine';
import { Inspection } from './harness/running-container';
import { terraformProblem } from './harness/terraform-project';
import { TerraformStackRun } from './harness/terraform-stack-run';
import { testRun } from './harness/test-run';
import {
  ContainerImage, ContainerLogging, Duration, GoScratchImage, GoService, HealthCheck, PublishedPort, Rollout, ServiceOptions,
} from '../../lib';

const PROGRAM = {
  'go.mod': 'module example.com/tried\n\ngo 1.21\n',
  'main.go': `package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	fmt.Println("started as", os.Getenv("VERSION"))
	if os.Getenv("VERSION") == "crashes" {
		fmt.Fprintln(os.Stderr, "panic: no such table")
		os.Exit(3)
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		if os.Getenv("VERSION") == "ill" {
			http.Error(w, "the schema is too old", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, os.Getenv("VERSION"))
	})
	go http.ListenAndServe(":8080", nil)
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
}
`,
};

const QUICK = {
  interval: Duration.seconds(1),
  timeout: Duration.seconds(1),
  retries: 1,
  startPeriod: Duration.seconds(2),
  startInterval: Duration.milliseconds(200),
};

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: no new version is tried out (${problem})\n`);
}

/** Asks every 10 milliseconds on a new connection, and counts what got no answer. */
class Traffic {
  public answers = 0;
  private readonly failures: number[] = [];
  private readonly started = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly versions = new Set<string>();

  public constructor(port: number) {
    this.timer = setInterval(() => {
      const at = performance.now();
      const request = http.get({ host: '127.0.0.1', port, path: '/healthz', agent: false, timeout: 5_000 }, (response) => {
        let text = '';
        response.on('data', (data) => (text += data)).on('end', () => {
          this.answers++;
          this.versions.add(text.trim());
        });
      });
      request.on('error', () => this.failures.push(at));
    }, 10);
  }

  public async end(): Promise<{ seconds: number; failed: number; gapSeconds: number; versions: string[] }> {
    clearInterval(this.timer);
    await sleep(200);
    const [first = 0, last = first] = [this.failures[0], this.failures.at(-1)];
    return {
      seconds: (performance.now() - this.started) / 1_000,
      failed: this.failures.length,
      gapSeconds: this.failures.length === 0 ? 0 : (last - first) / 1_000 + 0.01,
      versions: [...this.versions],
    };
  }
}

describeWithEngine('a new version', () => {
  (problem ? describe.skip : describe)('is tried out before the old one is stopped:', () => {
    const id = `trial${testRun.id}`;
    let source: string;
    let outdir: string;
    let run: TerraformStackRun;
    let port: number;

    const deploy = (version: string, options: Partial<ServiceOptions> = {}, other?: ContainerImage) => {
      const app = new App({ outdir });
      const stack = new TerraformStack(app, id);
      new LocalBackend(stack, { path: `${outdir}/terraform.tfstate` });
      const image = new GoScratchImage(stack, 'Image', { source, repository: testRun.imageRepository });
      new GoService(stack, 'api', {
        image: other ?? image,
        environment: { VERSION: version },
        healthCheck: HealthCheck.http('/healthz', QUICK),
        shutdownTimeout: Duration.seconds(2),
        publish: PublishedPort.onLoopback(port),
        ...options,
      });
      app.synth();
    };
    const service = async () => dockerApi.get<Inspection>(`/containers/${id}-api/json`);
    const names = async () => (await dockerApi.get<{ Names: string[] }[]>('/containers/json', { filters: JSON.stringify({ name: [id] }) }))
      .flatMap(({ Names }) => Names);

    /** Applies what must fail, and what the program still answers meanwhile. */
    const failsWhileTheOldOneServes = async (): Promise<string> => {
      const before = await service();
      const traffic = new Traffic(port);
      const error = await run.applyInVain();
      const { failed, versions } = await traffic.end();
      expect(failed).toBe(0);
      expect(versions).toEqual(['good']);
      expect((await service()).Id).toBe(before.Id);
      expect(await names()).toEqual([`/${id}-api`]);
      return error;
    };

    beforeAll(async () => {
      source = filesOf('tried', PROGRAM);
      outdir = temporaryDirectory('trial');
      run = new TerraformStackRun(outdir, id);
      port = await freePort();
      deploy('good');
      await run.apply();
    });

    afterAll(async () => {
      deploy('good');
      await run.destroy();
    });

    test('the second plan is empty, and nothing but the service runs', async () => {
      expect(await run.changes()).toEqual([]);
      expect(await names()).toEqual([`/${id}-api`]);
    });

    test('a version that crashes leaves the old one serving; the error has its log', async () => {
      deploy('crashes');
      const error = await failsWhileTheOldOneServes();
      expect(error).toContain(`${id}/api/Trial ended with exit code 3. The new version was tried out and did not become healthy`);
      expect(error).toContain('started as crashes');
      expect(error).toContain('panic: no such table');
      expect(error).toMatch(/trial: the program ended after \d+ ms with exit code 3, before it was healthy/);
    });

    test('a version that is never healthy leaves the old one serving; the error has its last answer', async () => {
      deploy('ill');
      expect(await failsWhileTheOldOneServes()).toMatch(/trial: not healthy within \d+ ms: .*503 Service Unavailable; body: the schema is too old/);
    });

    test('a setting that the engine refuses leaves the old one serving', async () => {
      deploy('good', { logging: ContainerLogging.of('acme/no-such-plugin:1') });
      expect(await failsWhileTheOldOneServes()).toContain('acme/no-such-plugin');
    });

    test('an image that the registry lacks leaves the old one serving', async () => {
      deploy('good', {}, ContainerImage.fromRegistry(`127.0.0.1:${await freePort()}/acme/missing:1`, { probePath: '/probe' }));
      expect(await failsWhileTheOldOneServes()).toContain('acme/missing:1');
    });

    test('a host port that another process holds leaves the old one serving', async () => {
      const other = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => other.once('listening', resolve));
      const taken = (other.address() as net.AddressInfo).port;
      deploy('good', { publish: PublishedPort.onLoopback(taken) });
      const error = await failsWhileTheOldOneServes();
      expect(error).toContain(`${id}/api cannot publish a port of the host. Nothing has been stopped.`);
      expect(error).toMatch(new RegExp(`127\\.0\\.0\\.1:${taken}: .*address already in use`));
      await new Promise((resolve) => other.close(resolve));
    });

    test('after all of these, a good version is applied, and the next plan is empty', async () => {
      deploy('better');
      const traffic = new Traffic(port);
      const seconds = await run.apply();
      const { failed, gapSeconds, versions } = await traffic.end();
      expect(versions.sort()).toEqual(['better', 'good']);
      process.stderr.write(`measured: a good deploy with a trial took ${seconds.toFixed(1)} s; at 100 requests/s, ${failed} failed over ${gapSeconds.toFixed(2)} s\n`);
      expect(await run.changes()).toEqual([]);
    });

    test('a change to blue/green and back leaves no container behind', async () => {
      const all = async () => (await dockerApi.get<{ Names: string[] }[]>('/containers/json', { all: 'true', filters: JSON.stringify({ name: [id] }) }))
        .flatMap(({ Names }) => Names).sort();
      const before = await all();
      expect(before).toEqual([`/${id}-api`, `/${id}-api-trial`]);
      deploy('beside', { publish: undefined, rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }) });
      await run.apply();
      expect(await all()).toEqual([expect.stringMatching(new RegExp(`^/${id}-api-[0-9a-f]{8}$`))]);
      expect(await run.changes()).toEqual([]);
      deploy('good');
      await run.apply();
      expect(await all()).toEqual(before);
      expect(await run.changes()).toEqual([]);
    });

    test('without a trial, one resource less is replaced', async () => {
      deploy('without', { rollout: Rollout.recreate({ trial: false }) });
      const traffic = new Traffic(port);
      const seconds = await run.apply();
      const { failed, gapSeconds } = await traffic.end();
      process.stderr.write(`measured: a good deploy without a trial took ${seconds.toFixed(1)} s; at 100 requests/s, ${failed} failed over ${gapSeconds.toFixed(2)} s\n`);
      expect(await run.changes()).toEqual([]);
      deploy('without');
      expect(await run.changes()).toEqual([expect.stringMatching(/^docker_container\.api_Trial_\w+: create$/)]);
    });
  });
});
