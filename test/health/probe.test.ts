import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { httpQuestionProblem } from '../../lib/health/http-question-rules';
import { PROBE_BUILD_FLAGS, PROBE_SOURCE_DIRECTORY, PROBE_SOURCE_FILES, httpProbeCommand, tcpProbeCommand } from '../../lib/health/probe-program';
import { ORACLE_TIMEOUT, describeWithGo } from '../oracles/go-oracle';

/** What the image of an ordinary service has left of its 7.7 MB beside program, certificates and time zones. */
const LARGEST = 1_300_000;

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
  test('go vet finds nothing', () => {
    expect(go(['vet', './...'])).toBe('');
  }, ORACLE_TIMEOUT);

  testOnLinux('go test passes', () => {
    // Without -count=1 Go would take an old result: the test binary is the same when only the probe itself has changed.
    const output = go(['test', '-count=1', '-v', './...']);
    output.split('\n').filter((line) => line.includes('skipped: ')).forEach((line) => process.stderr.write(`${line.trim()}\n`));
    expect(output).toMatch(/^--- PASS: TestStatusDecides/m);
  });

  test.each(['amd64', 'arm64'] as const)('for linux/%s it is a small static program, compiled from the listed files alone', (architecture) => {
    const source = path.join(directory, `source-${architecture}`);
    fs.mkdirSync(source);
    PROBE_SOURCE_FILES.forEach((name) => fs.copyFileSync(path.join(PROBE_SOURCE_DIRECTORY, name), path.join(source, name)));
    const program = path.join(directory, architecture);
    go(['build', ...PROBE_BUILD_FLAGS, '-o', program, '.'], { CGO_ENABLED: '0', GOARCH: architecture }, source);

    const elf = fs.readFileSync(program);
    expect(elf.length).toBeLessThanOrEqual(LARGEST);
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
});

/** Types of the program headers of a 64-bit little-endian ELF file. */
function segmentTypes(elf: Buffer): number[] {
  const start = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  expect(count).toBeGreaterThan(0);
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(start + index * size));
}
