import { createHash } from 'crypto';
import * as path from 'path';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { FileContent, fileContents } from './file-contents';
import { FileTools, fileToolsOf } from './file-tools';
import { reject } from '../input/input-error';
import { Place } from '../places/place';
import { TerraformData } from '../terraform/data';
import { dockerName } from '../terraform/names';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';
import { FileChange } from '../workload/file-change';
import { ContainerFile } from '../workload/files';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';
import { Workload } from '../workload/workload';

/** Where uploads arrive in a directory. The files get their names when they are complete. */
const STAGED = '.cdktf-go-docker';

/** The label that replaces the container of a signal when the files have changed. */
const FILES_LABEL = 'cdktf-go-docker.files';

export interface ProgramFilesSettings {
  readonly place: Place;
  readonly workload: Workload;
  readonly running: Running;
  readonly files: readonly ContainerFile[];
  readonly change: FileChange;
}

/** A directory of the container that files are placed in. */
interface Root {
  readonly path: string;
  readonly volume: string;
  readonly files: readonly FileContent[];
}

/**
 * The files of a program, in a volume for each directory. A container of the program's image fills the volumes before the program starts: the
 * engine copies what the image has in the directory into the empty volume, and the uploads come on top.
 *
 * Each version of the files has volumes of its own, so that the old version of a program keeps its files until it has ended. A random suffix
 * names them: a hash would tell something about secrets. With a signal, the volumes stay as long as no more than contents change.
 *
 * Quirk (3.6.2, Engine 26.1): `upload` fails on a container with a read-only root file system. That of the container that fills the volumes
 * is writable. What it uploads is in the volumes, not in its own layer.
 */
export class ProgramFiles extends Construct {
  public constructor(private readonly program: Construct, id: string, private readonly settings: ProgramFilesSettings) {
    super(program, id);
    const { workload, running, change } = settings;
    const contents = fileContents(program, settings.files, workload.image.user);
    this.refuseMounted(contents);
    if (running.place !== undefined) {
      this.refuseSignal();
      running.place(contents.map(({ path: file, owner, mode, base64, argument, size }) => ({
        path: file,
        owner,
        mode,
        base64,
        fingerprint: argument === undefined ? createHash('sha256').update(base64).digest('hex') : Fn.sha256(argument),
        // What only Terraform knows may be secret.
        isSecret: argument !== undefined,
        size,
      })));
      return;
    }
    const tools = this.tools();
    const roots = this.roots(contents);
    const mounts = (readOnly: boolean) => roots.map((root) => ContainerMount.volume(root.volume, root.path, { readOnly, keepOwner: true }));
    const writer = this.write(tools, roots, mounts(false));
    const visible = mounts(true);
    workload.mounts.push(...visible);
    workload.after.push(writer.ready);
    running.refresh();
    if (change._signal !== undefined) {
      this.signal(writer, tools, change._signal, contents.map((file) => file.path), visible);
    }
  }

  private refuseSignal(): void {
    const { change: { _signal: signal } } = this.settings;
    if (signal !== undefined) {
      reject(this.program, {
        what: 'the files of a running program cannot change at this place',
        given: `FileChange.signal('${signal}')`,
        allowed: 'FileChange.replace()',
        remedy: 'leave `onFileChange` out; with Rollout.blueGreen() no request is lost when the program is replaced',
      });
    }
  }

  private tools(): FileTools {
    const { image } = this.settings.workload;
    return fileToolsOf(image) ?? reject(this.program, {
      what: 'nothing in the image can place files: it has neither a shell nor this library\'s probe',
      given: image.name,
      allowed: '`files` of an image with a shell, or of one that this library builds',
      remedy: 'add the files to the image, or mount a directory of the host with ContainerMount.directory()',
    });
  }

  private refuseMounted(contents: readonly FileContent[]): void {
    const { mounts } = this.settings.workload;
    for (const { path: file } of contents) {
      const over = mounts.find(({ containerPath }) => file === containerPath || file.startsWith(`${containerPath}/`));
      if (over !== undefined) {
        reject(this.program, {
          what: 'a file lies in a directory that something else is mounted at',
          given: file,
          allowed: `a path that is not below ${over.containerPath}`,
          remedy: 'choose another path for the file, or for the mount',
        });
      }
    }
  }

  /** The topmost directories with files: a mount point inside of another one would have to exist there. */
  private roots(contents: readonly FileContent[]): Root[] {
    const directories = [...new Set(contents.map((file) => path.posix.dirname(file.path)))].sort();
    const topmost = directories.filter((one) => !directories.some((other) => one.startsWith(`${other}/`)));
    const version = this.version(contents);
    const name = dockerName(this);
    return topmost.map((directory, index) => ({
      path: directory,
      files: contents.filter((file) => file.path.startsWith(`${directory}/`)),
      volume: this.settings.place._volume(this, index === 0 ? 'Volume' : `Volume${index + 1}`, {
        name: Fn.join('-', [index === 0 ? name : `${name}-${index + 1}`, version]), isProtected: false, beside: true,
      }),
    }));
  }

  /** Eight random characters for each version of the volumes. */
  private version(contents: readonly FileContent[]): string {
    const { change, workload } = this.settings;
    const isReplaced = change._signal === undefined;
    const known = contents.map(({ path: file, owner, mode, content, argument }) =>
      [file, owner, mode, isReplaced && argument === undefined ? content ?? {} : {}]);
    const resource = new TerraformData(this, 'Version', {
      triggersReplace: {
        files: createHash('sha256').update(JSON.stringify([known, this.mountPoints(contents)])).digest('hex'),
        // The image's own files are in the volumes, too.
        image: workload.image.reference,
        values: isReplaced ? contents.flatMap(({ argument }) => argument === undefined ? [] : [Fn.sha256(argument)]) : [],
      },
      lifecycle: { createBeforeDestroy: true },
    });
    return Fn.substr(resource.getStringAttribute('id'), 0, 8);
  }

  /** The mount points below the directories of the files, which are read-only in the program's container. */
  private mountPoints(contents: readonly FileContent[]): string[] {
    const directories = contents.map((file) => path.posix.dirname(file.path));
    return this.settings.workload.mounts.map(({ containerPath }) => containerPath)
      .filter((point) => directories.some((directory) => point.startsWith(`${directory}/`))).sort();
  }

  private write(tools: FileTools, roots: readonly Root[], mounts: ContainerMount[]): Running {
    const { place, workload } = this.settings;
    const staged = (root: Root, file: FileContent) => `${root.path}/${STAGED}/${root.files.indexOf(file)}`;
    const points = roots.flatMap((root) => this.mountPoints(root.files));
    return place._run(this, helper({
      name: dockerName(this),
      image: workload.image,
      beside: true,
      user: '0:0',
      entrypoint: tools.place,
      command: () => [
        ...points.flatMap((point) => ['0:0', '0755', point, `${point}/`]),
        ...roots.flatMap((root) => root.files.flatMap((file) => [file.owner, file.mode, staged(root, file), file.path])),
      ],
      uploads: roots.flatMap((root) => root.files.flatMap((file) =>
        file.content === undefined ? [] : [{ file: staged(root, file), permissions: '0400', ...file.content }])),
      variables: new Variables(this),
      mounts,
      // What the image has in the directories may belong to any user.
      capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      memory: Size.mebibytes(64),
      logging: defaultLogging(this),
      failure: 'The program\'s files could not be put in place; what runs has not been touched.',
    }), 'Writer');
  }

  private signal(writer: Running, tools: FileTools, signal: string, files: readonly string[], mounts: ContainerMount[]): void {
    const { place, workload, running } = this.settings;
    const written = writer.resources[0].getStringAttribute('id');
    running.resources.forEach((resource, index) => place._run(this, helper({
      name: `${dockerName(this)}-signal${index === 0 ? '' : index + 1}`,
      image: workload.image,
      user: workload.user,
      entrypoint: tools.reload,
      command: () => [signal, ...files],
      variables: new Variables(this),
      processesOf: {
        ready: running.ready, hostName: running.hostName, resources: [resource], memoryBytes: () => running.memoryBytes(), refresh: () => undefined,
      },
      mounts,
      labels: new Map([[FILES_LABEL, written]]),
      memory: Size.mebibytes(64),
      logging: defaultLogging(this),
      after: [writer.ready],
      failure: 'The program has its new files, but could not be sent the signal to read them.',
    }), index === 0 ? 'Signal' : `Signal${index + 1}`));
  }
}
