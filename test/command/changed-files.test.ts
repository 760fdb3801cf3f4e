import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, TerraformStack } from 'cdktf';
import { planBetween } from './plan-between';
import { GoScratchImage, GoScratchImageProps, GoService, Platform } from '../../lib';
import { explain, linesOf } from '../../lib/command/explain/report';
import { Synthesized } from '../../lib/command/explain/synthesized';
import { BuiltFrom } from '../../lib/files/built-from';
import { writeFiles } from '../go/fixture';

const MAIN = 'package main\n\nimport (\n\t_ "embed"\n\n\t_ "example.com/shop/part"\n)\n\n//go:embed page.html\nvar page string\n\nfunc main() {}\n';
const FILES = { 'go.mod': 'module example.com/shop\n\ngo 1.22\n', 'main.go': MAIN, 'page.html': 'one', 'part/part.go': 'package part\n' };

/** Synthesizes versions of a program in one directory, one after the other, and says what the last step means. */
class Project {
  private readonly outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'project-'));
  private before: any;
  private now: any;

  public synth(files: Record<string, string>, props: Partial<GoScratchImageProps> = {}): this {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, 'dev');
    const image = new GoScratchImage(stack, 'image', { source: writeFiles({ ...FILES, ...files }), ...props });
    new GoService(stack, 'shop', { image });
    app.synth();
    [this.before, this.now] = [this.now, JSON.parse(fs.readFileSync(path.join(this.directory, 'cdk.tf.json'), 'utf8'))];
    return this;
  }

  public get directory(): string {
    return path.join(this.outdir, 'stacks', 'dev');
  }

  /** What is said of the service. */
  public explain(before = this.before): string | undefined {
    const program = new Synthesized('dev', this.now, new BuiltFrom(path.join(this.directory, 'assets')));
    return linesOf(explain(planBetween(before, this.now), program)).find((line) => line.startsWith('  shop:'));
  }

  public get json(): any {
    return this.now;
  }
}

const said = (what: string) => `  shop: new image${what}; stops before the new one starts`;

test('files that changed are named', () => {
  expect(new Project().synth({}).synth({ 'page.html': 'two' }).explain()).toBe(said(' (1 file changed: page.html)'));
  expect(new Project().synth({}).synth({ 'page.html': 'two', 'part/part.go': 'package part // two\n' }).explain())
    .toBe(said(' (2 files changed: page.html, part/part.go)'));
});

test('added and removed files count', () => {
  const other = { 'part/new.go': 'package part\n', 'main.go': MAIN.replace('//go:embed page.html\n', '').replace('_ "embed"', '_ "fmt"') };
  expect(new Project().synth({}).synth(other).explain()).toBe(said(' (3 files changed: main.go, page.html, part/new.go)'));
});

test('of many files, three are named', () => {
  const parts = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`part/${name}.go`, 'package part\n']));
  expect(new Project().synth({}).synth(parts).explain()).toBe(said(' (4 files changed: part/a.go, part/b.go, part/c.go, …)'));
});

test('an executable bit is a change of its file', () => {
  const project = new Project().synth({});
  const source = writeFiles(FILES);
  fs.chmodSync(path.join(source, 'page.html'), 0o755);
  expect(project.synth({}, { source }).explain()).toBe(said(' (1 file changed: page.html)'));
});

test('only the build differs: no file is named', () => {
  expect(new Project().synth({}).synth({}, { ldflags: ['-s'] } as never).explain()).toBe(said(''));
});

test('the image of an explicit platform', () => {
  const platform = Platform.LINUX_AMD64;
  expect(new Project().synth({}, { platform }).synth({ 'page.html': 'two' }, { platform }).explain()).toBe(said(' (1 file changed: page.html)'));
});

test('the plan compares with what is deployed, which is some synths ago', () => {
  const project = new Project().synth({});
  const deployed = project.json;
  project.synth({ 'page.html': 'two' }).synth({ 'page.html': 'three' }).synth({ 'page.html': 'three', 'part/part.go': 'package part // two\n' });
  expect(project.explain(deployed)).toBe(said(' (2 files changed: page.html, part/part.go)'));
});

test('a version that was synthesized elsewhere: no file is named', () => {
  const deployed = new Project().synth({}).json;
  expect(new Project().synth({ 'page.html': 'two' }).explain(deployed)).toBe(said(''));
});

test('a list that an interrupted synth has cut is no list', () => {
  const project = new Project().synth({});
  const lists = path.join(project.directory, 'assets', 'built-from', 'files');
  fs.writeFileSync(path.join(lists, fs.readdirSync(lists)[0]), '{"src/page.ht');
  expect(project.synth({ 'page.html': 'two' }).explain()).toBe(said(''));
});

test('ten versions are remembered, and the lists of others are removed', () => {
  const project = new Project();
  for (let i = 0; i < 15; i++) {
    project.synth({ 'page.html': String(i) });
  }
  const assets = path.join(project.directory, 'assets');
  expect(fs.readdirSync(path.join(assets, 'contexts'))).toHaveLength(1);
  const lists = fs.readdirSync(path.join(assets, 'built-from', 'files')).length;
  expect(lists).toBeGreaterThanOrEqual(10);
  expect(lists).toBeLessThanOrEqual(11);
});
