import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { describeWithEngine, dockerApi, freePort } from './engine';
import { ExampleProject, terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { main } from '../../lib/command/main';

/** The project of `init --database`, from its first deploy to its end. `npm run test:first-steps` does the same with npm, cdktf and an empty machine. */
describeWithEngine('The project that init makes', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: the project of init is not applied (${problem})\n`);
  }
  const name = `front${testRun.id}`;

  (problem ? test.skip : test)('runs, keeps its data in a new version, and goes away', async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'init-'));
    const port = await freePort();
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const made = await main(['init', directory, '--database', '--name', name, '--port', String(port), '--package', '*']);
    stdout.mockRestore();
    expect(made).toBe(0);
    const project = new ExampleProject(directory, { DATA_PROTECTION: 'off' });
    const answer = async () => (await fetch(`http://127.0.0.1:${port}`)).text();
    try {
      project.synthesize();
      project.apply();
      expect(await answer()).toBe(`Hello from ${name}. Visits: 1.\n`);
      expect(project.plan()).toEqual({});

      project.write('app/main.go', project.read('app/main.go').replace('Hello', 'Welcome'));
      project.synthesize();
      expect(Object.keys(project.plan()).filter((address) => !/^(docker_image\.|docker_container\.\w+_Service|terraform_data\.)/.test(address))).toEqual([]);
      project.apply();
      expect(await answer()).toBe(`Welcome from ${name}. Visits: 2.\n`);
      expect(project.plan()).toEqual({});

      project.destroy();
      const filters = JSON.stringify({ name: [`${project.stackId}-`] });
      expect(await dockerApi.get('/containers/json', { filters, all: 'true' })).toEqual([]);
      expect(project.isDeployed).toBe(false);
    } finally {
      if (project.isDeployed) {
        project.destroy();
      }
      const images = JSON.stringify({ reference: [`${project.stackId}-*`] });
      for (const { RepoTags } of await dockerApi.get<{ RepoTags: string[] }[]>('/images/json', { filters: images })) {
        for (const tag of RepoTags.filter((each) => each.startsWith(`${project.stackId}-`))) {
          await dockerApi.delete(`/images/${tag}`);
        }
      }
      // What the library remembers of volumes stays, as it should.
      await dockerApi.delete(`/volumes/${project.stackId}-database-records`, { force: 'true' });
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
});
