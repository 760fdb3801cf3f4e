import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROGRAMS, installedVersion, refuses, run } from './command';
import { checkSnippets, generateDependency } from './packages';

function dependency(group: string, artifact: string, version: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
}

/** What Maven Central has of what the package needs; the rest is made of packages of npm. */
function project(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>languages</groupId><artifactId>languages</artifactId><version>0</version>
  <dependencies>
    ${dependency('software.constructs', 'constructs', installedVersion('constructs'))}
    ${dependency('software.amazon.jsii', 'jsii-runtime', installedVersion('jsii-pacmak'))}
    ${dependency('javax.annotation', 'javax.annotation-api', '1.3.2')}
  </dependencies>
</project>
`;
}

/** Compiles `Shop.java` with the package and returns the command that runs it; checks the errors of `Mistakes.java`. */
export function java(generated: string, directory: string): readonly string[] {
  checkSnippets('java', generated);
  run('javac', ['-version'], { missing: [/ENOENT/, 'there is no javac on the PATH'] });
  fs.writeFileSync(path.join(directory, 'pom.xml'), project());
  run('mvn', ['--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
    cwd: directory, missing: [/ENOENT|Could not (find|transfer)|Unknown host/, 'there is no mvn on the PATH, or its repository lacks constructs or jsii-runtime'],
  });
  // Not every repository has the jars of cdktf and of the provider.
  const packages = [generated, ...['cdktf', '@cdktf/provider-docker'].map((name) => generateDependency('java', name, directory))];
  const inside = (folder: string) => packages.map((each) => path.join(each, 'src', 'main', folder));
  const classes = path.join(directory, 'classes');
  const jars = path.join(directory, 'jars', '*');
  // The compiler reads of the packages what the programs use.
  const compile = (program: string) => ['-proc:none', '-nowarn', '-d', classes, '-cp', jars, '-sourcepath', inside('java').join(path.delimiter), program];

  const shop = path.join(PROGRAMS, 'Shop.java');
  const misspelt = path.join(directory, 'Shop.java');
  fs.writeFileSync(misspelt, fs.readFileSync(shop, 'utf8').replace('.environment(', '.enviroment('));
  refuses('Java', 'javac', compile(misspelt), directory, /symbol: +method enviroment/);
  run('javac', [...compile(shop), path.join(PROGRAMS, 'Mistakes.java')]);
  const start = ['java', '-cp', [classes, jars, ...inside('resources')].join(path.delimiter)];
  process.stdout.write(run(start[0], [...start.slice(1), 'Mistakes'], { outputDirectory: path.join(directory, 'mistakes') }));
  return [...start, 'Shop'];
}
