import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { describeWithEngine, dockerApi } from './engine';
import { EditedStack } from './harness/edited-stack';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { Duration, GoScratchImage, GoService, HealthCheck, Rollout } from '../../lib';

describeWithEngine('images of earlier versions', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no image of an earlier version is removed (${problem})\n`);
  }

  const repository = `${testRun.imageRepository}-old`;
  let applied: EditedStack;

  afterEach(async () => {
    applied?.end();
    for (const tag of await tags()) {
      await dockerApi.delete(`/images/${repository}:${tag}`);
    }
  });

  const tags = async () => {
    const images = await dockerApi.get<any[]>('/images/json', { filters: JSON.stringify({ reference: [repository] }) });
    return images.flatMap(({ RepoTags }) => RepoTags as string[]).map((name) => name.slice(repository.length + 1));
  };

  const program = (version: string) => (stack: TerraformStack) => {
    const image = new GoScratchImage(stack, 'image', {
      source: path.join(__dirname, 'fixtures', 'ordered'), repository, labels: { version }, keepImages: 2, removeImagesOnDestroy: true,
    });
    new GoService(stack, 'service', {
      image,
      rollout: Rollout.recreate({ trial: false }),
      shutdownTimeout: Duration.seconds(2),
      healthCheck: HealthCheck.http('/', { startPeriod: Duration.seconds(3), startInterval: Duration.seconds(1), retries: 1, interval: Duration.seconds(2) }),
    });
    deployed = image.reference.slice(repository.length + 1);
  };
  let deployed = '';

  (problem ? test.skip : test)('two of three deployed versions stay, an earlier one counts as new when it returns, one in use stays, and a destroy removes all', async () => {
    applied = new EditedStack('old-images');
    const versions: string[] = [];
    const deploy = (version: string) => {
      applied.define(program(version)).apply();
      versions.push(deployed);
    };
    deploy('1');
    deploy('2');
    expect((await tags()).sort()).toEqual([...versions].sort());
    // It was built before version 2, and is deployed after it.
    deploy('1');
    deploy('3');
    expect((await tags()).sort()).toEqual([versions[0], versions[3]].sort());
    expect(applied.plan()).toEqual([]);

    const { Id } = await dockerApi.post<{ Id: string }>('/containers/create', {
      query: { name: `${applied.id}-user` }, body: { Image: `${repository}:${versions[0]}` },
    });
    try {
      deploy('4');
    } finally {
      await dockerApi.delete(`/containers/${Id}`, { force: 'true' });
    }
    expect((await tags()).sort()).toEqual([versions[0], versions[3], versions[4]].sort());
    applied.destroy();
    expect(await tags()).toEqual([]);
  });
});
