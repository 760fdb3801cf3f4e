import * as path from 'node:path';
import { Failure, PROGRAMS, installedVersion, run } from './command';
import { checkSnippets } from './packages';

/** The packages of PyPI that are made of packages of npm, with the same versions. */
const PUBLISHED = { 'cdktf': 'cdktf', 'constructs': 'constructs', 'cdktf-cdktf-provider-docker': '@cdktf/provider-docker' };

/** Installs the package and returns the command that runs `shop.py`; checks the errors of `mistakes.py`. */
export function python(generated: string, directory: string): readonly string[] {
  const interpreter = path.join(directory, 'venv', 'bin', 'python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
  const published = Object.entries(PUBLISHED).map(([name, source]) => `${name}==${installedVersion(source)}`);
  run('python3', ['-m', 'venv', path.join(directory, 'venv')], { missing: [/ENOENT|ensurepip/, 'there is no python3 with venv on the PATH'] });
  run(interpreter, [...pip, ...published], { missing: [/after connection broken|No matching distribution/, 'PyPI does not have cdktf or its Docker provider'] });
  run(interpreter, [...pip, generated], { missing: [/after connection broken/, 'PyPI does not answer'] });

  checkSnippets('python', run(interpreter, ['-c', 'import cdktf_go_docker, os; print(os.path.dirname(cdktf_go_docker.__file__))']).trim());
  const readme = run(interpreter, ['-c', 'from importlib.metadata import metadata; print(metadata("cdktf-go-docker").get_payload() or metadata("cdktf-go-docker")["Description"])']);
  if (!readme.includes('```python') || /```(ts|typescript)\b/.test(readme)) {
    throw new Failure('the README in the metadata of the Python package is not translated');
  }
  for (const options of [[], ['-O']]) {
    process.stdout.write(run(interpreter, [...options, path.join(PROGRAMS, 'mistakes.py')], { outputDirectory: path.join(directory, 'mistakes') }));
  }
  return [interpreter, path.join(PROGRAMS, 'shop.py')];
}
