import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { findProgram, run } from './process';

/** A registry on loopback, from which ko takes its base image. */
export class Registry {
  /** The registry's program, the Debian package of this name. */
  public static readonly program = findProgram('docker-registry');

  public readonly host: string;
  private readonly server: ChildProcess;

  public constructor(directory: string, port: number) {
    this.host = `127.0.0.1:${port}`;
    fs.mkdirSync(directory, { recursive: true });
    const configuration = path.join(directory, 'config.json');
    fs.writeFileSync(configuration, JSON.stringify({
      version: '0.1', log: { level: 'error' }, storage: { filesystem: { rootdirectory: directory } }, http: { addr: this.host },
    }));
    this.server = spawn(Registry.program!, ['serve', configuration], { stdio: 'ignore' });
    run('sh', ['-c', 'for i in $(seq 50); do curl --silent --fail --output /dev/null "http://$0/v2/" && exit; sleep 0.1; done; exit 1', this.host]);
  }

  public stop(): void {
    this.server.kill();
  }
}
