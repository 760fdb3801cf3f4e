import { JsonFile, YamlFile, cdk, javascript } from 'projen';

const project = new cdk.JsiiProject({
  name: 'cdktf-go-docker',
  description: 'Go services on Docker as typed CDKTF constructs: small reproducible images, hardened containers, PostgreSQL, safe rollouts',
  keywords: ['cdktf', 'terraform', 'docker', 'go', 'golang', 'postgresql', 'scratch', 'distroless', 'jsii'],
  author: 'The cdktf-go-docker authors',
  authorAddress: 'https://github.com/cdktf-go-docker',
  repositoryUrl: 'https://github.com/cdktf-go-docker/cdktf-go-docker.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdktf-go-docker authors',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  // What @cdktf/provider-docker needs. Development needs 20.18, for the CycloneDX library.
  minNodeVersion: '20.9.0',

  srcdir: 'lib',
  libdir: 'lib',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~5.9.0',

  // 12.0.3 pins the docker provider 3.6.2, with which every fact in lib/docker was measured; 12.0.0 pins 3.6.0.
  peerDeps: ['cdktf@^0.21.0', 'constructs@^10.4.2', '@cdktf/provider-docker@^12.0.3'],
  // The layout of `graph`. It is loaded by this command alone.
  bundledDeps: ['@dagrejs/dagre@^3.1.3'],
  devDeps: [
    // The tests parse the workflow that `init` writes, and the pictures of `graph`.
    'yaml@^2', '@xmldom/xmldom@^0.9',
    'dockerfile-ast', 'jsii-docgen@^10.5.0', '@types/node@^20', 'pg@^8', '@types/pg@^8',
    // The tests compare bills of materials with what the CycloneDX library writes. It validates with ajv and its formats.
    '@cyclonedx/cyclonedx-library@^10.3.0', 'ajv@^8', 'ajv-formats@^3', 'ajv-formats-draft2019@^1.6',
    // The tests parse the workflow of a page.
    'yaml@^2',
  ],

  publishToPypi: { distName: 'cdktf-go-docker', module: 'cdktf_go_docker' },
  publishToMaven: {
    javaPackage: 'io.github.cdktfgodocker',
    mavenGroupId: 'io.github.cdktfgodocker',
    mavenArtifactId: 'cdktf-go-docker',
  },
  publishToGo: { moduleName: 'github.com/cdktf-go-docker/cdktf-go-docker-go', packageName: 'cdktfgodocker' },
  publishToNuget: { dotNetNamespace: 'CdktfGoDocker', packageId: 'CdktfGoDocker' },

  github: false,
  // jsii-docgen's command writes one file of half a megabyte; the task below writes a page for each type.
  docgen: false,
  depsUpgrade: false,
  jestOptions: {
    jestVersion: '^30',
    configFilePath: 'jest.config.json',
    junitReporting: false,
    passWithNoTests: false,
    // A snapshot that a test run rewrites proves nothing; `npm run test:update` is for a change that is meant.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      collectCoverage: false,
      setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/engine/'],
      // Sources compile in place: the TypeScript file must win over a stale .js beside it.
      moduleFileExtensions: ['ts', 'js', 'json', 'node'],
      modulePathIgnorePatterns: ['<rootDir>/.cdktn/'],
    },
  },
  eslintOptions: { dirs: ['lib'], devdirs: ['test', 'examples', 'bench', 'scripts'], prettier: false, commandOptions: { fix: false } },
});

// Users call it as `npx cdktf-go-docker`.
project.package.addBin({ 'cdktf-go-docker': 'lib/command/cdktf-go-docker.js' });

// Unit tests alone, so that they are quick; `build` checks the style before it compiles.
const jest = project.testTask.steps[0].execArgs!;
project.testTask.reset();
project.testTask.execArgs(jest, { receiveArgs: true });
project.preCompileTask.spawn(project.eslint!.eslintTask);

// Tests that need a Docker Engine. One at a time: a build uses all processors by itself.
const engineTests = new JsonFile(project, 'jest.engine.config.json', {
  obj: {
    testMatch: ['<rootDir>/test/engine/**/*.test.ts'],
    globalSetup: '<rootDir>/test/engine/harness/global-setup.ts',
    globalTeardown: '<rootDir>/test/engine/harness/global-teardown.ts',
    moduleFileExtensions: ['ts', 'js', 'json', 'node'],
    modulePathIgnorePatterns: ['<rootDir>/.cdktn/'],
    transform: project.jest!.config.transform,
    maxWorkers: 1,
    // Milliseconds; compiling Go on a busy machine takes minutes.
    testTimeout: 900_000,
  },
});
project.npmignore?.addPatterns(`/${engineTests.path}`);
project.addTask('e2e', {
  description: 'Builds and runs what stacks of this library say on a real Docker Engine',
  steps: [{ execArgs: ['jest', '--ci', '--config', engineTests.path], receiveArgs: true }],
});

// The attacks on a gateway, longer than the engine tests have them, with a line for each on what the neighbouring route saw.
project.addTask('e2e:attacks', {
  description: 'Attacks a gateway on a real Docker Engine, over loopback, and cuts its power in the middle of deploys',
  env: { ATTACK_SECONDS: '20', ROLLOVERS: '20', POWER_CUTS: '3' },
  steps: [{ execArgs: ['jest', '--ci', '--config', engineTests.path, 'test/engine/gateway-'], receiveArgs: true }],
});

project.addTask('cis', {
  description: 'Deploys every container of the library and compares the table of the CIS Docker Benchmark; WRITE_CIS_TABLE=1 writes it',
  steps: [{ execArgs: ['jest', '--ci', '--config', engineTests.path, 'test/engine/security-cis.test.ts'], receiveArgs: true }],
});

// Random edits of a program. A few steps of it are an engine test.
project.addTask('e2e:walk', {
  description: 'Edits a program at random, applies it on a real Docker Engine, checks what must hold, and shrinks what fails',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/walk/main.ts'], receiveArgs: true }],
});

// Mistakes in programs that work. A few of them are an engine test.
project.addTask('e2e:failures', {
  description: 'Makes mistakes in programs, applies them on a real Docker Engine, and prints what the apply says and after how many seconds',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/failures/main.ts'], receiveArgs: true }],
});

// Faults of programs, containers, the engine and disks, next to Compose. A few of them are an engine test.
project.addTask('e2e:faults', {
  description: 'Does faults to what runs on a Docker Engine of its own, and prints what they did, next to Docker Compose; needs root',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/faults/main.ts'], receiveArgs: true }],
});

// A Swarm that the environment names. One node of it is an engine test.
project.addTask('e2e:swarm', {
  description: 'Deploys a service with its database to a Swarm, and cuts off power, breaks versions and rotates secrets under load',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/swarm/main.ts'], receiveArgs: true }],
});

// Public programs as their users deploy them. Three small ones are an engine test.
project.addTask('e2e:programs', {
  description: 'Deploys public Go programs of the Go module proxy on a real Docker Engine, and their next versions',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/engine/programs/main.ts'], receiveArgs: true }],
});

project.addTask('test:first-steps', {
  description: 'Does what docs/getting-started.md says, in an empty container, and prints the seconds of each line',
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/first-steps.ts'], receiveArgs: true }],
});

// The tasks of docs/cookbook.md as a reader does them. Three quick ones are an engine test.
project.addTask('e2e:cookbook', {
  description: 'Does the tasks of docs/cookbook.md by following the page, in an empty Debian container on a real Docker Engine',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/cookbook/main.ts'], receiveArgs: true }],
});

// The same walk with each toolkit, provider, image store and tool.
project.addTask('matrix', {
  description: 'Takes the same walk with each toolkit, provider, image store and tool, and prints a table; --write puts it into docs/compatibility.md',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/matrix/main.ts'], receiveArgs: true }],
});

project.addTask('matrix:engine', {
  description: 'Deploys to a Docker Engine with each setting of its daemon.json, and fails when a second plan is not empty; --write puts the table into docs/compatibility.md',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'test/matrix/engine-configuration.ts'], receiveArgs: true }],
});

// The second package, of the same sources.
project.addTask('cdktn', {
  description: 'Makes the package cdktn-go-docker in .cdktn, compiles it, and runs a command in it: npm run cdktn -- npx jest test/docker',
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/cdktn.ts'], receiveArgs: true }],
});
project.addTask('test:cdktn', {
  description: 'Runs unit tests of the second package, those of the rooms that are made of resources; npm run cdktn first',
  steps: [{
    execArgs: ['jest', '--ci', 'test/docker', 'test/terraform', 'test/platform', 'test/examples'],
    cwd: '.cdktn',
    receiveArgs: true,
  }],
});
for (const patterns of [project.gitignore, project.npmignore!]) {
  patterns.addPatterns('/.cdktn/');
}

project.addTask('test:node', {
  description: 'Compares what several versions of Node.js synthesize; fetches them from the npm registry',
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/node-versions.ts'], receiveArgs: true }],
});

// README and docstrings of the packages for other languages show these languages.
const translate = ['jsii-rosetta', 'extract', '--strict'];
for (const language of ['python', 'java', 'dotnet', 'go']) {
  const task = project.tasks.tryFind(`package:${language}`)!;
  const pacmak = task.steps[0].execArgs!;
  task.reset();
  task.execArgs(translate);
  task.execArgs([...pacmak, '--rosetta-tablet', '.jsii.tabl.json', '--rosetta-unknown-snippets', 'fail']);
}

const languageTests = project.addTask('test:languages', {
  description: 'Makes the packages for Python, Java and Go, and compares what programs in these languages and in TypeScript synthesize',
});
languageTests.spawn(project.compileTask);
languageTests.execArgs(translate);
languageTests.execArgs(['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/languages.ts'], { receiveArgs: true });

// A .ts beside its .d.ts would win in consumers' module resolution, so that their compiler would check our sources.
project.npmignore?.addPatterns('/lib/**/*.ts', '!/lib/**/*.d.ts', '/lib/**/*_test.go', '/bench/', '/scripts/', '/test-reports/', '*.tfstate*', '/cdktf.out/', 'cdktf.out', '/rosetta/', '.jsii.tabl.json', '/docs/', '/examples/', '/DEVELOPERS.md', '/jest.config.json', '/.ci/', '/.stacks/', '/.messages/');
project.gitignore.addPatterns('cdktf.out/', '.gen/', 'tsconfig.tsbuildinfo', '.jsii.tabl.json', '*.tfstate*', '.terraform*', '/.stacks/', '/.messages/');
// What an earlier `npm pack` has written.
project.npmignore?.addPatterns('/*.tgz');

// The main job. Plain scripts, because a projen task would print itself among what users read.
const example = 'ts-node --transpile-only --project scripts/tsconfig.json scripts/example.ts';
project.package.setScript('start', example);
project.package.setScript('example', example);
project.package.setScript('messages', 'ts-node --transpile-only --project scripts/tsconfig.json scripts/messages.ts');
project.package.setScript('messages:check', 'ts-node --transpile-only --project scripts/tsconfig.json scripts/messages.ts --produced');
project.package.setScript('stacks:compare', 'ts-node --transpile-only --project scripts/tsconfig.json scripts/stacks-compare.ts');

project.addTask('docgen', {
  description: 'Writes the reference to docs/reference; needs a compiled library',
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/reference.ts'] }],
});
project.gitignore.addPatterns('/docs/reference/');

// Declarations show what is public.
project.compileTask.execArgs(['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/strip-internal.ts']);

project.addTask('props', {
  description: 'Compiles, and writes the table of what each struct and method accepts (lib/input/props.json)',
  steps: [
    { execArgs: ['jsii', '--silence-warnings=reserved-word'] },
    { execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/props-table.ts'] },
  ],
});

project.addTask('docs:check', {
  description: 'Checks snippets, links (also those of the reference) and lib/input/props.json; needs a compiled library',
  steps: [
    // Also finds snippets of the README and of docstrings that cannot be translated to the other languages.
    { execArgs: translate },
    { execArgs: ['tsc', '--project', 'scripts/tsconfig.json'] },
    { execArgs: ['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/docs-check.ts'] },
  ],
});

// The site of the documentation. Its generator is a package of its own, because it is larger than all that the library needs.
const site = project.addTask('docs:site', {
  description: 'Builds the site of the documentation into site/dist, and checks its pages and its search; --serve shows it',
});
site.spawn(project.compileTask);
site.execArgs(['ts-node', '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/site.ts'], { receiveArgs: true });
project.gitignore.addPatterns('/site/.pages/', '/site/dist/', '/site/.vitepress/cache/');
project.npmignore?.addPatterns('/site/');

// Publishes the site where the repository is on GitHub and its settings have "Pages: GitHub Actions".
new YamlFile(project, '.github/workflows/docs.yml', {
  obj: {
    name: 'docs',
    on: { push: { branches: ['main'] }, workflow_dispatch: {} },
    permissions: { 'contents': 'read', 'pages': 'write', 'id-token': 'write' },
    concurrency: { group: 'pages' },
    jobs: {
      site: {
        'runs-on': 'ubuntu-latest',
        'environment': { name: 'github-pages', url: '${{ steps.deployment.outputs.page_url }}' },
        'steps': [
          { uses: 'actions/checkout@v4' },
          { uses: 'actions/setup-node@v4', with: { 'node-version': '22' } },
          { id: 'pages', uses: 'actions/configure-pages@v5' },
          { run: 'npm ci' },
          {
            run: 'npm run docs:site',
            env: {
              DOCS_BASE: '${{ steps.pages.outputs.base_path }}/',
              DOCS_SOURCES: '${{ github.server_url }}/${{ github.repository }}/blob/${{ github.sha }}',
            },
          },
          { uses: 'actions/upload-pages-artifact@v3', with: { path: 'site/dist' } },
          { id: 'deployment', uses: 'actions/deploy-pages@v4' },
        ],
      },
    },
  },
});

// What examples import is this package, which is not installed in itself.
project.eslint!.config.settings['import/core-modules'] = ['cdktf-go-docker'];

// Compiled, because ts-node's source maps cost more than what is measured.
project.addTask('bench:synth', {
  description: 'Compares the synthesis of many services with the same resources as plain classes of the provider',
  steps: [
    { exec: 'jsii' },
    { exec: 'tsc --module node16 --target es2022 --skipLibCheck --esModuleInterop --types node bench/synth.ts' },
    { exec: 'node bench/synth.js', receiveArgs: true },
  ],
});
project.addTask('bench:swarm', {
  description: 'Measures how the synthesis of services on a Swarm grows with their number, and how long Terraform plans them',
  steps: [
    { exec: 'jsii' },
    { exec: 'tsc --module node16 --target es2022 --skipLibCheck --esModuleInterop --types node bench/swarm.ts' },
    { exec: 'node bench/swarm.js', receiveArgs: true },
  ],
});
project.gitignore.addPatterns('/bench/*.js');

project.addTask('bench:transfer', {
  description: 'Carries images to another machine, and prints bytes and seconds next to a registry; --write puts the table into docs/another-machine.md',
  env: { TS_NODE_PREFER_TS_EXTS: 'true' },
  steps: [{ execArgs: ['ts-node', '--transpile-only', '--project', 'test/tsconfig.json', 'bench/transfer.ts'], receiveArgs: true }],
});

project.synth();
