import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import type { TerraformStack } from 'cdktf';
import * as ts from 'typescript';
import { describeWithEngine, eventually, filesOf, freePort } from './engine';
import { docker } from './harness/applied-stack';
import { type DocumentedPage, documentedPage } from './harness/documented-page';
import { EditedStack } from './harness/edited-stack';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { DatabaseCredentials, PostgresDatabase } from '../../lib';

const REPOSITORY = path.join(__dirname, '..', '..');

/**
 * What the page leaves to the reader: a program that needs its database, its Redis, its variables and its secret. It answers every request with
 * what it finds. Without net/http, because TLS takes most of the time of a compilation.
 */
const PROGRAM = `package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"strings"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}

func serve(connection net.Conn) {
	defer connection.Close()
	for lines := bufio.NewScanner(connection); lines.Scan() && lines.Text() != ""; {
	}
	secret, err := os.ReadFile("/run/secrets/smtp_password")
	database, _ := url.Parse(os.Getenv("DATABASE_URL"))
	text := fmt.Sprintf("greeting=%s secret=%s%v database=%t redis=%s", os.Getenv("GREETING"), strings.TrimSpace(string(secret)), err, dial(database.Host) != nil, ping())
	fmt.Fprintf(connection, "HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s", len(text), text)
}

func dial(address string) net.Conn {
	connection, _ := net.Dial("tcp", address)
	return connection
}

func ping() string {
	connection := dial(os.Getenv("REDIS_ADDRESS"))
	if connection == nil {
		return "away"
	}
	defer connection.Close()
	fmt.Fprint(connection, "PING\\r\\n")
	answer := make([]byte, 5)
	connection.Read(answer)
	return string(answer)
}
`;

/** The Redis of Debian, for a machine that cannot pull the image of the page. It starts as any user, as the official one does. */
const REDIS = `FROM debian:trixie
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server
CMD ["redis-server", "--protected-mode", "no", "--dir", "/tmp"]
`;

function redisImage(): string {
  if (spawnSync('docker', ['image', 'inspect', 'redis:7']).status === 0 || spawnSync('docker', ['pull', '--quiet', 'redis:7']).status === 0) {
    return 'redis:7';
  }
  process.stderr.write("redis:7 cannot be pulled: testing with Debian's package of Redis\n");
  const tag = `${testRun.imageRepository}:redis`;
  docker('buildx', 'build', '--builder', 'default', '--load', '--tag', tag, filesOf('redis', { Dockerfile: REDIS }));
  return tag;
}

/** The command `npx` as the page's reader has it: CDKTF deploys with the real provider, and the library's command is that of the sources. */
const NPX = `#!/bin/sh
set -e
export TS_NODE_TRANSPILE_ONLY=true TS_NODE_PREFER_TS_EXTS=true
node="node --require ${REPOSITORY}/node_modules/ts-node/register"
case "$1 $2" in
  'cdktf deploy')
    CDKTF_OUTDIR=cdktf.out $node --require ${REPOSITORY}/scripts/local-library.ts main.ts
    cd cdktf.out/stacks/*
    [ -d .terraform ] || terraform init -input=false -no-color
    exec terraform apply -auto-approve -input=false -no-color ;;
  'cdktf-go-docker '*)
    shift
    exec $node ${REPOSITORY}/lib/command/cdktf-go-docker.ts "$@" ;;
esac
echo "npx $*: not known" >&2
exit 1
`;

describeWithEngine('the page on migrating from Compose', () => {
  const compose = spawnSync('docker', ['compose', 'version']);
  const problem = compose.status === 0 ? terraformProblem() : 'there is no docker compose';
  if (problem) {
    process.stderr.write(`skipped: the migration from Compose (${problem})\n`);
  }
  const project = `compose${testRun.id}`;
  const stack = `moved${testRun.id}`;
  let page: DocumentedPage;
  let directory: string;
  let ports: { compose: number; beside: number };

  /** Names and ports of this run in place of the page's. */
  const adapted = (text: string, image: string) => text
    .replace(/^name: shop$/m, `name: ${project}`).replaceAll('shop_db-data', `${project}_db-data`)
    .replace("TerraformStack(app, 'production')", `TerraformStack(app, '${stack}')`).replaceAll('production-db-data', `${stack}-db-data`)
    .replace('"8080:8080"', `"127.0.0.1:${ports.compose}:8080"`).replace('onLoopback(8081)', `onLoopback(${ports.beside})`)
    .replaceAll('redis:7', image);

  const shell = (script: string): string => {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, PATH: `${directory}/bin:${process.env.PATH}`, POSTGRES_PASSWORD: 'secret', SMTP_PASSWORD: 'hush', TF_VAR_smtp_password: 'hush', CHECKPOINT_DISABLE: '1' },
    });
    if (status !== 0) {
      throw new Error(`${script}\n${stdout}${stderr}`);
    }
    return stdout;
  };
  const answer = async (port: number) => eventually(async () => {
    return fetch(`http://127.0.0.1:${port}/`).then(async (response) => response.ok ? response.text() : `status ${response.status}`, String);
  }, (text) => text.includes('redis='));
  const orders = (container: string) => docker('exec', '-u', 'postgres', container, 'psql', '-U', 'shop', '-d', 'shop', '-Atqc', 'SELECT count(*) FROM orders');

  beforeAll(async () => {
    page = documentedPage('docs/migrating-from-compose.md');
    ports = { compose: await freePort(), beside: await freePort() };
    const image = redisImage();
    directory = filesOf('compose', {
      'compose.yaml': adapted(page.fences('yaml', 'Before: a Compose file')[0], image),
      'app/Dockerfile': page.fences('dockerfile', 'Before: a Compose file')[0],
      'app/go.mod': 'module example.com/shop\n\ngo 1.22\n',
      'app/cmd/shop/main.go': PROGRAM,
      'app.env': 'GREETING="hello, you"\n',
      'main.ts': adapted(page.fences('ts', 'After: a program')[0], image),
      'cdktf.json': '{ "language": "typescript", "app": "npx ts-node main.ts" }\n',
      'tsconfig.json': '{ "compilerOptions": { "target": "ES2022", "module": "node16", "strict": true, "types": ["node"] } }\n',
      'bin/npx': NPX,
    });
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(directory, 'node_modules'));
    fs.chmodSync(path.join(directory, 'bin/npx'), 0o755);
  });

  (problem ? describe.skip : describe)('followed on an engine', () => {
    afterAll(() => {
      if (directory !== undefined) {
        spawnSync('docker', ['compose', 'down', '--volumes', '--rmi', 'local'], { cwd: directory, env: { ...process.env, POSTGRES_PASSWORD: 'secret', SMTP_PASSWORD: 'hush' } });
      }
      for (const container of docker('ps', '-aq', '--filter', `name=^${stack}`).split('\n').filter((one) => one !== '')) {
        docker('rm', '-f', container);
      }
      for (const kind of ['volume', 'network']) {
        for (const name of docker(kind, 'ls', '--format', '{{.Name}}', '--filter', `name=^${stack}`).split('\n').filter((one) => one !== '')) {
          docker(kind, 'rm', name);
        }
      }
      for (const image of docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${stack}*`).split('\n').filter((one) => one !== '')) {
        docker('image', 'rm', image);
      }
    });

    test('finds the rows of the Compose file in the new database, and the program behind the old port', async () => {
      shell('docker compose up --detach --wait --build');
      shell('docker compose exec -T db psql -U shop -qc "CREATE TABLE orders AS SELECT n, repeat(\'x\', 100) AS text FROM generate_series(1, 1000) AS n; CREATE SEQUENCE numbers START 77"');
      const before = await answer(ports.compose);
      expect(before).toBe('greeting=hello, you secret=hush<nil> database=true redis=+PONG');

      const [deploy, copy, change, remove] = page.fences('sh', 'Move the rows').map((script) => adapted(script, ''));
      shell(deploy);
      expect(await answer(ports.compose)).toBe(before);
      expect(await answer(ports.beside)).toBe(before);
      expect(shell(copy).trim()).toBe('1000');
      expect(docker('exec', '-u', 'postgres', `${stack}-db`, 'psql', '-U', 'shop', '-d', 'shop', '-Atqc', "SELECT nextval('numbers')")).toBe('77');

      const main = path.join(directory, 'main.ts');
      fs.writeFileSync(main, fs.readFileSync(main, 'utf8').replace(`onLoopback(${ports.beside})`, `onLoopback(${ports.compose})`));
      shell(change);
      expect(await answer(ports.compose)).toBe(before);
      expect(docker('volume', 'ls', '-q', '--filter', `name=^${project}_db-data$`)).toBe(`${project}_db-data`);

      shell(remove);
      expect(docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`)).toBe('');
    });

    test('takes over the volume of the Compose file, which marks it as the stack\'s own', () => {
      const adopting = new EditedStack('adopted');
      shell(adapted(page.fences('sh', 'Or take over the volume')[0], '').replaceAll(stack, adopting.id));
      const snippet = ts.transpile(page.fences('ts', 'Or take over the volume')[0].replace('production', adopting.id), { target: ts.ScriptTarget.ES2022 });
      const database = (text: string) => (scope: TerraformStack) => {
        new Function('PostgresDatabase', 'DatabaseCredentials', text).call(scope, PostgresDatabase, DatabaseCredentials);
      };
      try {
        adopting.define(database(snippet)).apply();
        expect(orders(`${adopting.id}-db`)).toBe('1000');
        adopting.define(database(snippet.replace('adoptVolume: true,', ''))).apply();
        expect(orders(`${adopting.id}-db`)).toBe('1000');
      } finally {
        adopting.end();
        docker('volume', 'rm', `${adopting.id}-database-records`, `${adopting.id}-db-data-17`);
      }
    });
  });
});
