import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { httpQuestionProblem } from '../../lib/health/http-question-rules';
import {
  PROBE_BUILD_FLAGS, PROBE_SOURCE_DIRECTORY, PROBE_SOURCE_FILES, PROBE_TLS_FLAG,
  grpcProbeCommand, httpProbeCommand, httpsProbeCommand, livenessArguments, tcpProbeCommand,
} from '../../lib/health/probe-program';
import { ORACLE_TIMEOUT, describeWithGo } from '../oracles/go-oracle';

/** What the image of an ordinary service can spend on its probe. */
const LARGEST = 1_400_000;
const LARGEST_WITH_TLS = 4_200_000;

const ELF_MACHINES = { amd64: 62, arm64: 183 };
const PT_INTERP = 3;

let directory: string;
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'));
});
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

function go(args: string[], env: Record<string, string> = {}, cwd = PROBE_SOURCE_DIRECTORY): string {
  const result = spawnSync('go', args, { cwd, env: { ...process.env, GOOS: 'linux', ...env }, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`go ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

function testOnLinux(name: string, run: () => void): void {
  if (process.platform === 'linux') {
    test(name, run, ORACLE_TIMEOUT);
  } else {
    process.stderr.write(`skipped: ${name} (the probe runs on Linux only)\n`);
    test.skip(name, run);
  }
}


test('the files to compile are all of the module but its tests', () => {
  const found = fs.readdirSync(PROBE_SOURCE_DIRECTORY).filter((name) => !name.endsWith('_test.go'));
  expect([...PROBE_SOURCE_FILES].sort()).toEqual(found.sort());
});

describeWithGo('the probe', () => {
  const builds = [['', []], [' with TLS', [PROBE_TLS_FLAG]]] as const;

  test.each(builds)('go vet finds nothing%s', (_, flags) => {
    expect(go(['vet', ...flags, './...'])).toBe('');
  }, ORACLE_TIMEOUT);

  builds.forEach(([name, flags]) => testOnLinux(`go test passes${name}`, () => {
    // Without -count=1 Go would take an old result: the test binary is the same when only the probe itself has changed.
    const output = go(['test', '-count=1', '-v', ...flags, './...']);
    output.split('\n').filter((line) => line.includes('skipped: ')).forEach((line) => process.stderr.write(`${line.trim()}\n`));
    expect(output).toMatch(/^--- PASS: TestStatusDecides/m);
  }));

  test.each([
    ['amd64', LARGEST, []],
    ['arm64', LARGEST, []],
    ['amd64', LARGEST_WITH_TLS, [PROBE_TLS_FLAG]],
    ['arm64', LARGEST_WITH_TLS, [PROBE_TLS_FLAG]],
  ] as const)('for linux/%s it is a static program of at most %i bytes, compiled from the listed files alone', (architecture, largest, flags) => {
    const source = fs.mkdtempSync(path.join(directory, 'source-'));
    PROBE_SOURCE_FILES.forEach((name) => fs.copyFileSync(path.join(PROBE_SOURCE_DIRECTORY, name), path.join(source, name)));
    const program = path.join(directory, architecture);
    go(['build', ...PROBE_BUILD_FLAGS, ...flags, '-o', program, '.'], { CGO_ENABLED: '0', GOARCH: architecture }, source);

    const elf = fs.readFileSync(program);
    expect(elf.length).toBeLessThanOrEqual(largest);
    expect(elf.readUInt16LE(18)).toBe(ELF_MACHINES[architecture]);
    expect(segmentTypes(elf)).not.toContain(PT_INTERP);
  }, ORACLE_TIMEOUT);

  testOnLinux('takes every command line that is rendered for it, and refuses what is an error at synth', () => {
    const program = path.join(directory, 'probe');
    go(['build', '-o', program, '.'], { CGO_ENABLED: '0' });
    const usageError = 2;
    const exitCode = (command: string[]) => spawnSync(command[0], command.slice(1)).status;

    expect(exitCode(tcpProbeCommand(program, 1, 1))).not.toBe(usageError);
    expect(exitCode(tcpProbeCommand(program, 65_535, 86_400_000))).not.toBe(usageError);

    // Nothing was ever healthy here, so nothing is ended.
    const liveness = { silences: 1_000, intervalMilliseconds: 86_400_000, stopGraceMilliseconds: 1 };
    expect(exitCode([...tcpProbeCommand(program, 1, 1), ...livenessArguments(liveness)])).not.toBe(usageError);
    for (const service of [undefined, 'acme.shop.v1.Shop', '!'.repeat(1_000)]) {
      expect(exitCode(grpcProbeCommand(program, 1, service, undefined, 1_000))).not.toBe(usageError);
    }
    for (const service of ['a b', 'é', 'x'.repeat(1_001)]) {
      expect(exitCode(grpcProbeCommand(program, 1, service, undefined, 1_000))).toBe(usageError);
    }

    const question = { port: 1, path: '/' };
    const accepted = [
      { path: '/a-b._~/%20%C3%A9?x=1&y=!$\'()*+,;:@/?' },
      { path: `/${'x'.repeat(2_047)}` },
      { hostHeader: '[::1]:80' },
      { hostHeader: 'x'.repeat(261) },
      { healthyStatusCodes: '100-599' },
      { healthyStatusCodes: '200-299,401,204-204' },
    ];
    for (const change of accepted) {
      expect(httpQuestionProblem({ ...question, ...change })).toBeUndefined();
      expect(exitCode(httpProbeCommand(program, { ...question, ...change }, 86_400_000))).not.toBe(usageError);
    }
    const refused = [
      { path: 'x' }, { path: '' }, { path: '/a b' }, { path: '/a\r\nb' }, { path: '/é' }, { path: '/\x7f' },
      { hostHeader: '' }, { hostHeader: 'a b' }, { hostHeader: 'a\nb' }, { hostHeader: 'é' },
      { healthyStatusCodes: '' }, { healthyStatusCodes: '99' }, { healthyStatusCodes: '600' }, { healthyStatusCodes: '200-600' },
      { healthyStatusCodes: '300-200' }, { healthyStatusCodes: '200-250-299' }, { healthyStatusCodes: '200,' }, { healthyStatusCodes: '0200' },
    ];
    for (const change of refused) {
      expect(httpQuestionProblem({ ...question, ...change })).toBeDefined();
      expect(exitCode(httpProbeCommand(program, { ...question, ...change }, 1_000))).toBe(usageError);
    }
  });

  testOnLinux('a probe with TLS takes the command lines that need it, and another one does not', () => {
    const question = { port: 1, path: '/', hostHeader: 'shop.example', healthyStatusCodes: '200' };
    const tls = [{}, { insecure: true }, { ca: '/etc/ca.pem', serverName: 'shop.example' }, { serverName: '127.0.0.1' }];
    for (const [flags, expected] of [[[PROBE_TLS_FLAG], 1], [[], 2]] as const) {
      const program = path.join(directory, `probe-${expected}`);
      go(['build', ...flags, '-o', program, '.'], { CGO_ENABLED: '0' });
      const commands = tls.flatMap((each) => [httpsProbeCommand(program, question, each, 1_000), grpcProbeCommand(program, 1, 'a.B', each, 1_000)]);
      expect(commands.map((command) => spawnSync(command[0], command.slice(1)).status)).toEqual(commands.map(() => expected));
    }
  });
});

/** Types of the program headers of a 64-bit little-endian ELF file. */
function segmentTypes(elf: Buffer): number[] {
  const start = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  expect(count).toBeGreaterThan(0);
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(start + index * size));
}
