import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { Deployment, SynthesizedStack, describeWithEngine, filesOf } from './engine';
import { GoScratchImage, VersionStamp } from '../../lib';

const PROGRAMS = Array.from({ length: 20 }, (_, index) => `p${String(index + 1).padStart(2, '0')}`);

/** One module with twenty programs, each with a package of its own beside one that all share. */
function twentyPrograms(): string {
  const files: Record<string, string> = {
    'go.mod': 'module example.com/many\n\ngo 1.22\n',
    // Different in each run: the builder's cache still knows what an earlier run has built.
    'shared/shared.go': `package shared\n\nconst Greeting = "${randomUUID()} says hello from "\n`,
  };
  for (const name of PROGRAMS) {
    files[`internal/${name}/text.go`] = `package ${name}\n\nconst Text = "${name} 1"\n`;
    files[`cmd/${name}/main.go`] = [
      'package main', '', 'import (', '\t"example.com/many/shared"', `\t"example.com/many/internal/${name}"`, ')', '',
      `func main() { println(shared.Greeting + ${name}.Text) }`, '',
    ].join('\n');
  }
  return filesOf('many', files);
}

function stackOf(source: string): SynthesizedStack {
  return SynthesizedStack.of((stack) => PROGRAMS.forEach((name) => new GoScratchImage(stack, name, { source, mainPackage: `./cmd/${name}` })));
}

function names(stack: SynthesizedStack): Map<string, string> {
  return new Map(Object.values(stack.json.resource.docker_image).map(({ name }) => name.split(':')));
}

/** Which steps a build has taken from the cache: their Dockerfile instruction → whether they were cached. */
function steps(stack: SynthesizedStack, image: string): Map<string, boolean> {
  const { build } = Object.values(stack.json.resource.docker_image).find(({ name }) => name.startsWith(`${image}:`))!;
  const log = fs.readFileSync(path.join(stack.directory, build.build_log_file), 'utf8');
  const cached = new Set([...log.matchAll(/^#(\d+) CACHED$/gm)].map(([, step]) => step));
  return new Map([...log.matchAll(/^#(\d+) (\[[a-z-]+ +\d+\/\d+\] .*)$/gm)].map(([, step, text]) => [text, cached.has(step)]));
}

describeWithEngine('two images of one program', () => {
  test('compile once, whatever their paths, stamps and labels are', async () => {
    const source = filesOf('once', {
      'go.mod': 'module example.com/once\n\ngo 1.22\n',
      'main.go': `package main\n\nfunc main() { println("${randomUUID()}") }\n`,
    });
    const stack = SynthesizedStack.of((scope) => ['a', 'b'].forEach((revision) =>
      new GoScratchImage(scope, revision, { source, stamp: VersionStamp.of({ revision }), labels: { only: revision } })));
    await new Deployment(stack).build();
    const compiled = ['e2e-a', 'e2e-b'].map((image) => [...steps(stack, image)].filter(([text]) => /^\[build .*go build/.test(text)));
    expect(compiled.map(([[, cached]]) => cached).sort()).toEqual([false, true]);
  });
});

describeWithEngine('twenty programs of one module', () => {
  test('share their common steps, and a change rebuilds only its own program', async () => {
    const source = twentyPrograms();
    const before = stackOf(source);
    const first = await new Deployment(before).build();

    const last = [...steps(before, `e2e-${PROGRAMS[19]}`)];
    const wasCached = (part: RegExp): boolean[] => last.filter(([text]) => part.test(text)).map(([, cached]) => cached);
    expect(wasCached(/^\[probe .*go build/)).toEqual([true]);
    expect(wasCached(/^\[root-fs .*RUN/)).toEqual([true, true]);
    expect(wasCached(/^\[build .*go mod download/)).toEqual([true]);
    expect(wasCached(/^\[build .*go build/)).toEqual([false]);

    fs.writeFileSync(path.join(source, 'internal/p07/text.go'), 'package p07\n\nconst Text = "p07 2"\n');
    const after = stackOf(source);
    const changed = [...names(after)].filter(([repository, tag]) => names(before).get(repository) !== tag).map(([repository]) => repository);
    expect(changed).toEqual(['e2e-p07']);
    const second = await new Deployment(after).build();
    for (const repository of names(after).keys()) {
      const same = (await first.imageId(repository)) === (await second.imageId(repository));
      expect({ repository, same }).toEqual({ repository, same: repository !== 'e2e-p07' });
    }

    fs.writeFileSync(path.join(source, 'shared/shared.go'), 'package shared\n\nconst Greeting = "goodbye from "\n');
    const unlike = [...names(stackOf(source))].filter(([repository, tag]) => names(after).get(repository) !== tag);
    expect(unlike).toHaveLength(20);
  });
});
