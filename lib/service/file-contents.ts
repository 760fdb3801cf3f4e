import * as path from 'path';
import { Annotations, Fn } from 'cdktf';
import { Construct } from 'constructs';
import { filesBelow } from '../files/files-below';
import { SourceTree } from '../files/source-tree';
import { atConstruct, reject } from '../input/input-error';
import { resolveUserPath, sourceTreeOf } from '../staging/source-cache';
import { isUnresolved, literal, literalArgument } from '../terraform/text';
import { ContainerFile } from '../workload/files';
import { UploadedContent } from '../workload/workload';

/** One file of a program. */
export interface FileContent {
  readonly path: string;
  readonly owner: string;
  readonly mode: string;
  /** Undefined for an empty file, which the provider refuses to upload. */
  readonly content?: UploadedContent;
  /** What only Terraform knows, as an argument of its functions. */
  readonly argument?: string;
  /** The content in base64, as Terraform reads it. */
  readonly base64: string;
  /** In bytes, as far as it is known at synth. */
  readonly size: number;
}

/** In bytes. The files are in the plan and in Terraform's state. It is the limit of a Kubernetes ConfigMap, too. */
const LARGEST = 1024 * 1024;

/** The files that a program's `files` stand for, sorted by path. */
export function fileContents(scope: Construct, files: readonly ContainerFile[], user: string | undefined): FileContent[] {
  const contents = files.flatMap((file) => atConstruct(scope, () => contentsOf(scope, file, user)));
  contents.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  contents.forEach(({ path: file }, index) => {
    if (file === contents[index - 1]?.path) {
      reject(scope, {
        what: 'two files at one path of the container', given: file, allowed: 'each path once in `files`', remedy: 'remove one of them',
      });
    }
  });
  refuseFileAsDirectory(scope, contents);
  const total = contents.reduce((sum, { size }) => sum + size, 0);
  if (total > LARGEST) {
    reject(scope, {
      what: 'the files of the program are too large for Terraform\'s plan and state',
      given: `${total} bytes`,
      allowed: `at most ${LARGEST} bytes`,
      remedy: 'put large files into the image with its `extraFiles`, or into a volume',
    });
  }
  return contents;
}

function refuseFileAsDirectory(scope: Construct, contents: readonly FileContent[]): void {
  const files = new Set(contents.map((file) => file.path));
  for (const { path: file } of contents) {
    for (let above = path.posix.dirname(file); above !== '/'; above = path.posix.dirname(above)) {
      if (files.has(above)) {
        reject(scope, {
          what: `a file lies below ${above}, which is a file as well`,
          given: file,
          allowed: 'files below directories',
          remedy: 'choose another path for one of the two',
        });
      }
    }
  }
}

function contentsOf(scope: Construct, file: ContainerFile, user: string | undefined): FileContent[] {
  const { _source: source, _options: { owner = user ?? '0:0', mode }, containerPath } = file;
  const shared = { owner, path: containerPath };
  switch (source.kind) {
    case 'text':
      return [{ ...shared, mode: octal(mode ?? '444'), ...textContent(source.text) }];
    case 'secret': {
      if (!isUnresolved(source.text)) {
        Annotations.of(scope).addWarning(
          `The secret file ${containerPath} is plain text, which is in the synthesized files. Pass a TerraformVariable with sensitive: true instead.`);
      }
      const isOwned = user !== undefined || file._options.owner !== undefined;
      const sensitive = Fn.sensitive(literalArgument(source.text));
      return [{ ...shared, mode: octal(mode ?? (isOwned ? '400' : '444')), content: { content: sensitive }, argument: sensitive, base64: Fn.base64encode(sensitive), size: 0 }];
    }
    case 'file': {
      const tree = sourceTreeOf(scope);
      const absolute = resolveUserPath(scope, source.source);
      if (!tree.isFile(absolute)) {
        reject(scope, {
          what: `no such file for ${containerPath}`,
          given: source.source,
          allowed: 'an existing file; relative paths are relative to cdktf.json',
          remedy: tree.isDirectory(absolute) ? 'use ContainerFile.fromDirectory()' : 'correct the path, or create the file',
        });
      }
      return [{ ...shared, ...fromDisk(tree, absolute, mode) }];
    }
    case 'directory': {
      const tree = sourceTreeOf(scope);
      const absolute = resolveUserPath(scope, source.source);
      const names = filesBelow(tree, absolute);
      if (names.length === 0) {
        reject(scope, {
          what: `no files for ${containerPath}`,
          given: source.source,
          allowed: 'a directory with at least one file; relative paths are relative to cdktf.json',
          remedy: tree.isFile(absolute) ? 'use ContainerFile.fromFile()' : 'correct the path, or create the files',
        });
      }
      return names.map((name) => ({ owner, path: `${containerPath}/${name}`, ...fromDisk(tree, path.join(absolute, name), mode) }));
    }
  }
}

function textContent(text: string): Pick<FileContent, 'content' | 'argument' | 'base64' | 'size'> {
  const argument = isUnresolved(text) ? literalArgument(text) : undefined;
  return {
    content: text === '' ? undefined : { content: literal(text) },
    argument,
    base64: argument === undefined ? Buffer.from(text).toString('base64') : Fn.base64encode(argument),
    size: Buffer.byteLength(text),
  };
}

function fromDisk(tree: SourceTree, file: string, mode: string | undefined): Pick<FileContent, 'content' | 'mode' | 'base64' | 'size'> {
  const bytes = tree.readFile(file, LARGEST);
  const text = bytes.toString('utf8');
  const isText = !text.includes('\u0000') && Buffer.from(text, 'utf8').equals(bytes);
  return {
    content: bytes.length === 0 ? undefined : isText ? { content: literal(text) } : { contentBase64: bytes.toString('base64') },
    mode: octal(mode ?? (tree.isExecutable(file) ? '555' : '444')),
    base64: bytes.toString('base64'),
    size: bytes.length,
  };
}

/** As the provider wants it: `0444`. */
function octal(mode: string): string {
  return mode.padStart(4, '0');
}
