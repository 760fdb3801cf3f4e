import { describeWithEngine, dockerApi, freePort } from './engine';
import { Inspection } from './harness/running-container';
import { ExampleProject, PlannedChanges, terraformProblem } from './harness/terraform-project';

interface Example {
  readonly name: string;
  /** The resources that belong to the program, without the hash at their ends. */
  readonly image: string;
  /** The image's name after the stack's id. */
  readonly imageName: string;
  readonly container: string;
  readonly start: string;
  /** The container's name after the stack's id. */
  readonly containerName: string;
  /** The path of its health check. */
  readonly readiness: string;
  readonly file: string;
  readonly testFile: string;
  /** A text in the file, and what replaces it in a new version. */
  readonly change: readonly [string, string];
}

const EXAMPLES: Example[] = [
  {
    name: 'scratch-image',
    image: 'docker_image.Image',
    imageName: 'image',
    container: 'docker_container.Service',
    start: 'terraform_data.Service_Start',
    containerName: 'service',
    readiness: '/healthz',
    file: 'app/main.go',
    testFile: 'app/main_test.go',
    change: ['"listening on port %s"', '"the new version listens on port %s"'],
  },
  {
    name: 'service-with-postgres',
    image: 'docker_image.links_Image',
    imageName: 'links-image',
    container: 'docker_container.links_Service',
    start: 'terraform_data.links_Service_Start',
    containerName: 'links',
    readiness: '/readyz',
    file: 'app/cmd/links/main.go',
    testFile: 'app/internal/links/links_test.go',
    change: ['"listening"', '"the new version listens"'],
  },
];

describeWithEngine('Terraform with the real provider', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: the examples are not applied (${problem})\n`);
  }

  (problem ? describe.skip : describe).each(EXAMPLES)('applies the example $name:', (example) => {
    let project: ExampleProject;
    let port: number;

    beforeAll(async () => {
      port = await freePort();
      project = new ExampleProject(example.name, { HOST_PORT: String(port), DATA_PROTECTION: 'off' });
      project.synthesize();
      project.apply();
    });

    afterAll(async () => {
      if (project?.isDeployed) {
        project.destroy();
      }
      const filters = JSON.stringify({ reference: [`${project.stackId}-*`] });
      for (const { RepoTags } of await dockerApi.get<{ RepoTags: string[] }[]>('/images/json', { filters })) {
        for (const tag of RepoTags.filter((name) => name.startsWith(`${project.stackId}-`))) {
          await dockerApi.delete(`/images/${tag}`);
        }
      }
    });

    const service = async () => dockerApi.get<Inspection>(`/containers/${project.stackId}-${example.containerName}/json`);
    const answers = async () => (await fetch(`http://127.0.0.1:${port}${example.readiness}`)).ok;

    test('the service is healthy and answers', async () => {
      expect((await service()).State.Health!.Status).toBe('healthy');
      expect(await answers()).toBe(true);
    });

    test('the second plan is empty', () => {
      expect(project.plan()).toEqual({});
    });

    test('a plan keeps containers that were stopped or taken off a network, and an apply starts and connects them', async () => {
      const filters = JSON.stringify({ name: [`${project.stackId}-`] });
      const ids = async () => (await dockerApi.get<{ Id: string }[]>('/containers/json', { filters })).map(({ Id }) => Id).sort();
      const running = await ids();
      for (const id of running) {
        await dockerApi.post(`/containers/${id}/stop`);
        // The engine's list of containers follows a little later.
        expect((await dockerApi.get<Inspection>(`/containers/${id}/json`)).State.Status).toBe('exited');
      }
      const { Id, NetworkSettings: { Networks } } = await service();
      const networks = Object.keys(Networks);
      await dockerApi.post(`/networks/${networks[0]}/disconnect`, { body: { Container: Id, Force: true } });
      const text = project.planText();
      expect(text).toContain(`the container ${project.stackId}-${example.containerName} is not running: it was stopped, crashes again and again, or was taken off a network.`);
      const starts = Object.entries(project.plan());
      expect(starts.map(([address]) => address)).toEqual(Array(running.length).fill(expect.stringMatching(/^terraform_data\..*Start$/)));
      project.apply();
      expect(await ids()).toEqual(running);
      expect((await service()).State.Health!.Status).toBe('healthy');
      expect(Object.keys((await service()).NetworkSettings.Networks).sort()).toEqual(networks.sort());
      expect(project.plan()).toEqual({});
    });

    test('a change of README and tests plans nothing', () => {
      for (const [file, comment] of [['README.md', 'More text.\n'], [example.testFile, '// More tests.\n']]) {
        project.write(file, project.read(file) + comment);
      }
      project.synthesize();
      expect(project.plan()).toEqual({});
    });

    test('a synth from another place plans nothing', () => {
      const elsewhere = project.copy();
      elsewhere.synthesize();
      expect(elsewhere.plan()).toEqual({});
    });

    test('a compile error leaves the running version serving, and the error names the build log', async () => {
      const before = await service();
      const source = project.read(example.file);
      project.write(example.file, source.replace('func main() {', 'func main() {\n\tundefinedFunction()\n'));
      project.synthesize();
      const error = project.applyInVain();
      expect(error.replace(/\s*\n\s*[│|]\s*/g, '')).toContain('# output: assets/<image>/build*.log');
      expect(error).toContain(`with ${example.image}_`);
      expect(project.readOutput(`assets/${project.stackId}-${example.imageName}/build.log`)).toContain('undefined: undefinedFunction');
      expect((await service()).Id).toBe(before.Id);
      expect(await answers()).toBe(true);
      project.write(example.file, source);
    });

    test('a change in a Go file tries the program out, replaces its image and container, and nothing else', async () => {
      const before = await service();
      const source = project.read(example.file);
      project.write(example.file, source.replace(...example.change));
      expect(project.read(example.file)).not.toBe(source);
      project.synthesize();
      // The failed apply has removed what starts the container, and what limits its processes.
      const replaced: PlannedChanges = {
        [example.image]: ['create', 'delete'],
        [`${example.container}_Trial`]: ['delete', 'create'],
        [example.container]: ['delete', 'create'],
        [example.start]: ['create'],
        [example.start.replace(/Start$/, 'Processes')]: ['create'],
      };
      expect(project.plan()).toEqual(replaced);
      project.apply();
      const after = await service();
      expect(after.Id).not.toBe(before.Id);
      expect(after.State.Health!.Status).toBe('healthy');
      expect(await answers()).toBe(true);
      expect(project.plan()).toEqual({});
    });

    test('destroy leaves no container, network or volume', async () => {
      project.destroy();
      const filters = JSON.stringify({ name: [`${project.stackId}-`] });
      expect(await dockerApi.get('/containers/json', { all: 'true', filters })).toEqual([]);
      expect(await dockerApi.get('/networks', { filters })).toEqual([]);
      expect((await dockerApi.get<{ Volumes: unknown[] | null }>('/volumes', { filters })).Volumes ?? []).toEqual([]);
    });
  });
});
