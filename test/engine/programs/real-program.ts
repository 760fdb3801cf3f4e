import { TerraformStack } from 'cdktf';
import { Deployed } from './deployed';

/** What a program is among the catalogue for. `npm run e2e:programs` fails when no program stands for one of them. */
export const KINDS = [
  'HTTP', 'PostgreSQL', 'own migrations', 'SQLite without cgo', 'SQLite with cgo', 'gRPC', 'configuration files', 'several ports', 'UDP', 'TLS', 'worker', 'job',
  'scheduled job', 'data directory',
] as const;

export type Kind = typeof KINDS[number];

/** A module of the Go module proxy at a version. */
export interface ModuleVersion {
  readonly path: string;
  readonly version: string;
}

/** What `deploy` is given: what differs between two runs and two machines. */
export interface Surroundings {
  /** The directory of the module, as `go mod download` leaves it. */
  readonly source: string;
  /** The directory of another module, which `furtherModules` names. */
  readonly sourceOf: (name: string) => string;
  /** The path of a file or directory that lies in `catalogue/files`. */
  readonly file: (name: string) => string;
  /** The name of a volume of the engine that nothing else uses. Volumes outlive a destroy. */
  readonly volume: (name: string) => string;
  /** A free port of the host, the same one in each deployment. */
  readonly port: (name: string) => number;
  /** False for the last deployment, after which a destroy is to remove the data as well. */
  readonly dataProtection: boolean;
}

/** How the first deployment of a program went, with the finished library. Written once, and not changed when the library is mended. */
export type FirstTry =
  | { readonly worked: true }
  /** `remedy`: what the program's definition or the library has since. */
  | { readonly worked: false; readonly reason: string; readonly remedy: string };

/** A public program, and how it is deployed and used. */
export interface RealProgram {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly module: string;
  /** The version that is deployed first, and the one that follows. */
  readonly versions: readonly [string, string];
  readonly firstTry: FirstTry;
  /** Names of ports of the host. */
  readonly ports: readonly string[];
  /** Values of Terraform variables that `deploy` declares. */
  readonly variables?: () => Readonly<Record<string, string>>;
  /** Modules of further programs that `deploy` needs beside the program: name → module. */
  readonly furtherModules?: Readonly<Record<string, ModuleVersion>>;
  /** Whether the builder needs a C compiler. Docker's own images of Go have one; the stand-ins of a test machine may lack it. */
  readonly needsCCompiler?: boolean;
  /** The program's image, where the stack has several: the construct's path in the stack, joined by `-`. */
  readonly image?: string;
  /** The definition, whose lines are counted: what a user writes. */
  readonly deploy: (stack: TerraformStack, surroundings: Surroundings) => void;
  /** Uses the first version, and leaves data where the program keeps some. */
  readonly use: (deployed: Deployed) => Promise<void>;
  /** Uses the next version, and fails when it is not that one, or when data is missing. */
  readonly useNext: (deployed: Deployed) => Promise<void>;
}
