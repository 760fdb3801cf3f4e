import { App, TerraformStack, Testing } from 'cdktf';
import { ContainerImage, Gateway, GoService, PostgresDatabase, PublishedPort, Rollout } from '../../lib';
import { runWithFakes } from '../fake-tools';

/** The script in which a blue/green service waits for its database, as the shell gets it. */
function script(): string {
  const stack = new TerraformStack(new App(), 'dev');
  const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
  const service = new GoService(stack, 'shop', {
    image: ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' }), rollout: Rollout.blueGreen(), routes: [gateway.route()],
  });
  service.connectTo(new PostgresDatabase(stack, 'database'));
  const containers: any[] = Object.values(JSON.parse(Testing.synth(stack)).resource.docker_container);
  const waiting = containers.filter(({ env }) => env?.some((variable: string) => variable.startsWith('PATIENCE=')));
  expect(waiting).toHaveLength(1);
  expect(waiting[0].entrypoint.slice(0, 2)).toEqual(['/bin/sh', '-c']);
  return waiting[0].entrypoint[2].replaceAll('$${', '${').replaceAll('%%{', '%{');
}

const ENVIRONMENT = { SERVER: 'db-1', PORT: '5432', DATABASE: 'postgres://client@db-1/app', PATIENCE: '2' };
const SLEEP = { sleep: '' };
const ASKED = 'pg_isready -q -t 2 -h db-1 -p 5432';
const LOGIN = 'psql -XAtq -d postgres://client@db-1/app -c SELECT';

test('does not log in to a server that does not answer: a login has no time limit', () => {
  expect(runWithFakes(script(), { ...SLEEP, pg_isready: 'exit 2', psql: '' }, ENVIRONMENT)).toEqual({
    exitCode: 1,
    output: 'not ready within 2 seconds: the server does not answer\n',
    calls: [ASKED, 'sleep 1', ASKED, 'sleep 1'],
  });
});

test('waits for the client\'s own way in when the server answers, and says what is in its way', () => {
  expect(runWithFakes(script(), { ...SLEEP, pg_isready: '', psql: 'echo "role does not exist" >&2; exit 2' }, ENVIRONMENT)).toEqual({
    exitCode: 1,
    output: 'not ready within 2 seconds: role does not exist\n',
    calls: [ASKED, LOGIN, 'sleep 1', ASKED, LOGIN, 'sleep 1'],
  });
});

test('ends as soon as the client gets in', () => {
  expect(runWithFakes(script(), { ...SLEEP, pg_isready: '', psql: '' }, ENVIRONMENT)).toEqual({ exitCode: 0, output: '', calls: [ASKED, LOGIN] });
});
