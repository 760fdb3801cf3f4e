import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROGRAMS, refuses, run } from './command';
import { checkSnippets, generateDependency } from './packages';

const LIBRARY = 'github.com/cdktf-go-docker/cdktf-go-docker-go/cdktfgodocker';
const PROVIDER = 'github.com/cdktf/cdktf-provider-docker-go/docker/v12';

/** Compiles `shop.go` with the package and returns the command that runs it; checks the errors of `mistakes.go`. */
export function go(generated: string, directory: string): readonly string[] {
  const library = path.join(generated, 'cdktfgodocker');
  checkSnippets('go', library);
  // Not every module proxy has the provider's module.
  const provider = path.join(generateDependency('go', '@cdktf/provider-docker', directory), 'docker');
  const requirements = fs.readFileSync(path.join(library, 'go.mod'), 'utf8').replace(/^module .*/m, 'module languages');
  fs.writeFileSync(path.join(directory, 'go.mod'), `${requirements}
require ${LIBRARY} v0.0.0
replace ${LIBRARY} => ${library}
replace ${PROVIDER} => ${provider}
`);
  const shop = fs.readFileSync(path.join(PROGRAMS, 'shop.go'), 'utf8');
  fs.writeFileSync(path.join(directory, 'shop.go'), shop);
  fs.writeFileSync(path.join(directory, 'misspelt.go'), shop.replace('Environment:', 'Enviroment:'));
  fs.copyFileSync(path.join(PROGRAMS, 'mistakes.go'), path.join(directory, 'mistakes.go'));

  const compile = (program: string) => ['build', '-mod=mod', '-o', `${program}.program`, `${program}.go`];
  run('go', compile('shop'), {
    cwd: directory, missing: [/ENOENT|dial tcp|server response|i\/o timeout/, 'there is no go on the PATH, or its proxy lacks a module'],
  });
  refuses('Go', 'go', compile('misspelt'), directory, /unknown field Enviroment/);
  run('go', compile('mistakes'), { cwd: directory });
  process.stdout.write(run(path.join(directory, 'mistakes.program'), [], { outputDirectory: path.join(directory, 'mistakes') }));
  return [path.join(directory, 'shop.program')];
}
