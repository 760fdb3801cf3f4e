import { spawnSync } from 'child_process';
import * as dgram from 'dgram';
import { describeWithEngine, dockerApi, eventually, filesOf, freePort } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';
import {
  ConnectionVariables, Duration, Gateway, GoScratchImage, GoService, GoTask, PostgresDatabase, PublishedPort, RoleAccess, Rollout, ServicePort,
} from '../../lib';

const PROGRAM = {
  'go.mod': 'module example.com/surroundings\n\ngo 1.22\n',
  'main.go': `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println(strings.HasPrefix(os.Args[2], "--db=postgres://schema:") && strings.HasSuffix(os.Args[2], "sslmode=disable"))
		if !strings.HasPrefix(os.Args[2], "--db=postgres://schema:") {
			os.Exit(1)
		}
		return
	}
	if port := os.Getenv("UDP"); port != "" {
		socket, err := net.ListenPacket("udp", ":"+port)
		if err != nil {
			panic(err)
		}
		go func() {
			buffer := make([]byte, 100)
			for {
				n, from, _ := socket.ReadFrom(buffer)
				socket.WriteTo(buffer[:n], from)
			}
		}()
	}
	if port := os.Getenv("ADMIN"); port != "" {
		go http.ListenAndServe(":"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "admin ", os.Getenv("VERSION"))
		}))
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT)
	go func() {
		<-stop
		fmt.Println("got SIGINT")
		os.Exit(0)
	}()
	http.ListenAndServe(":"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		directory, _ := os.Getwd()
		hosts, _ := os.ReadFile("/etc/hosts")
		_, err := os.Stat("/proc/2/status")
		fmt.Fprintln(w, directory, os.Getenv("PGHOST"), os.Getenv("PGUSER"), len(os.Getenv("PGPASSWORD")), err == nil, os.Getenv("VERSION"), string(hosts))
	}))
}
`,
};

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: no further ports and settings of a container are applied (${problem})\n`);
}

describeWithEngine('with the real provider', () => {
  (problem ? describe.skip : describe)('further ports and settings of a container', () => {
    const id = `around${testRun.id}`;
    const stack = new AppliedStack(id);
    const ports: Record<string, number> = {};
    let source: string;

    const define = (version: string) => stack.define((scope) => {
      const image = new GoScratchImage(scope, 'Image', { source, repository: testRun.imageRepository });
      const database = new PostgresDatabase(scope, 'db', { dataProtection: false });
      const migration = new GoTask(scope, 'migrate', { image, arguments: ['migrate', '--db={database}'] });
      migration.connectTo(database.addRole('schema', { access: RoleAccess.owner() }), { placeholder: '{database}' });
      const api = new GoService(scope, 'api', {
        image,
        environment: { PORT: '9000', UDP: '5353' },
        publish: PublishedPort.onLoopback(ports.api),
        ports: [
          ServicePort.udp('echo', 5353, { publish: PublishedPort.onLoopback(ports.echo) }),
          ServicePort.tcp('api-too', 9001, { publish: PublishedPort.onLoopback(ports.echo) }),
        ],
        workingDirectory: '/etc',
        stopSignal: 'SIGINT',
        extraHosts: { 'host.docker.internal': 'host-gateway', 'other.example': '10.1.2.3' },
        after: [migration],
      });
      api.connectTo(database.addRole('reader', { access: RoleAccess.readOnly() }), { parts: ConnectionVariables.libpq() });
      new GoService(scope, 'node', { image, environment: { PORT: String(ports.node) }, hostNetwork: true, hostProcesses: true });
      new GoService(scope, 'overridden', { image }).resource.addOverride('pid_mode', 'host');
      const gateway = new Gateway(scope, 'gateway', { publish: PublishedPort.onLoopback(ports.gateway) });
      new GoService(scope, 'web', {
        image,
        environment: { ADMIN: '9001', VERSION: version },
        rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }),
        routes: [gateway.route()],
        ports: [ServicePort.tcp('admin', 9001, { routes: [gateway.route({ pathPrefix: '/admin' })] })],
      });
    });
    const answer = async (port: number, path = '/') => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

    beforeAll(async () => {
      source = filesOf('surroundings', PROGRAM);
      for (const name of ['api', 'echo', 'node', 'gateway']) {
        ports[name] = await freePort();
      }
      define('1').apply();
    });

    afterAll(() => void stack.destroy());

    test('leave an empty plan', () => {
      expect(stack.plan()).toEqual({});
    });

    test('are what the program sees, with PORT of its environment', async () => {
      const text = await answer(ports.api);
      expect(text).toMatch(new RegExp(`^/etc ${id}-db reader [1-9][0-9]* false`));
      expect(text).toMatch(/^10\.1\.2\.3\s+other\.example$/m);
      expect(text).toMatch(/^[0-9.]+\s+host\.docker\.internal$/m);
    });

    test('answer by UDP', async () => {
      const socket = dgram.createSocket('udp4');
      try {
        const echoed = new Promise<string>((resolve) => socket.on('message', (message) => resolve(message.toString())));
        const asking = setInterval(() => socket.send('hello', ports.echo, '127.0.0.1'), 200);
        expect(await echoed).toBe('hello');
        clearInterval(asking);
      } finally {
        socket.close();
      }
    });

    test('with the network and the processes of the host', async () => {
      expect(await answer(ports.node)).toMatch(/^\/ +0 true/);
      const { HostConfig } = await dockerApi.get<{ HostConfig: any }>(`/containers/${id}-node/json`);
      expect([HostConfig.NetworkMode, HostConfig.PidMode]).toEqual(['host', 'host']);
    });

    test('a further port behind a gateway gets the new version side by side', async () => {
      expect(await answer(ports.gateway, '/admin')).toBe('admin 1');
      define('2').apply();
      expect(await eventually(() => answer(ports.gateway, '/admin'), (text) => text === 'admin 2')).toBe('admin 2');
      expect(stack.plan()).toEqual({});
    });

    test('the stop signal arrives', async () => {
      spawnSync('docker', ['stop', `${id}-api`]);
      const { stdout } = spawnSync('docker', ['logs', `${id}-api`], { encoding: 'utf8' });
      expect(stdout).toContain('got SIGINT');
    });
  });
});
