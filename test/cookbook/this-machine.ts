import * as fs from 'fs';
import * as path from 'path';
import { type Kitchen, type Ran, continued } from './kitchen';
import type { Step } from './page';
import { runCommand } from './process';

const REPOSITORY = path.join(__dirname, '..', '..');

/**
 * What the page types as `npx …`, with this repository's sources as the library and without CDKTF's own command, which is not installed here:
 * a deploy is a synth and an apply.
 */
const NPX = `npx() {
  local command=$1 action=$2 wanted=\${3:-} directory
  shift 2
  case $command in
    cdktf)
      '${process.execPath}' --require '${require.resolve('ts-node/register')}' --require '${path.join(REPOSITORY, 'scripts', 'local-library.ts')}' main.ts
      if [ "$action" = deploy ]; then
        for directory in cdktf.out/stacks/*/; do
          if [ -z "$wanted" ] || [ "$(basename "$directory")" = "$wanted" ]; then
            ( cd "$directory"; [ -d .terraform ] || terraform init -input=false -no-color; terraform apply -auto-approve -input=false -no-color )
          fi
        done
      fi ;;
    cdktf-go-docker)
      '${process.execPath}' --require '${require.resolve('ts-node/register')}' '${path.join(REPOSITORY, 'lib', 'command', 'cdktf-go-docker.ts')}' "$action" "$@" ;;
    *) echo "npx $command is not there" >&2; return 1 ;;
  esac
}`;

/** A directory of this machine, for tests that are to be quick: nothing is installed and nothing is packed. */
export class ThisMachine implements Kitchen {
  /**
   * @param root an empty directory
   * @param preparation what the page has before its tasks; its lines install packages, which are here already
   */
  public constructor(private readonly root: string, private readonly preparation: readonly Step[]) {}

  public async open(task: string): Promise<void> {
    fs.mkdirSync(path.join(this.root, task), { recursive: true });
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(this.root, task, 'node_modules'));
    for (const step of this.preparation) {
      if (step.kind === 'file') {
        await this.write(task, step.name, step.text);
      }
    }
  }

  public async write(task: string, file: string, text: string): Promise<void> {
    const full = path.join(this.root, task, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
  }

  public async run(task: string, script: string): Promise<Ran> {
    return runCommand('bash', ['-ec', continued(`${NPX}\n${script}`, path.join(this.root, `${task}.state`))], {
      cwd: path.join(this.root, task),
      environment: { TS_NODE_TRANSPILE_ONLY: 'true', TS_NODE_PREFER_TS_EXTS: 'true', CDKTF_OUTDIR: 'cdktf.out', CHECKPOINT_DISABLE: '1' },
    });
  }
}
