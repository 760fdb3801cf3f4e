import { TerraformProvider } from 'cdktf';
import { BuildSecret } from './build-secret';
import { VersionStamp } from './version-stamp';
import type { ImageRegistry } from '../image/image-registry';
import { Platform } from '../values/platform';

/** Modules that are not public. */
export interface PrivateModules {
  /**
   * Module path patterns to fetch directly, without the public checksum database, in the syntax of `GOPRIVATE`.
   * @default - none: all modules come through `moduleProxy` @tokens refused
   */
  readonly patterns?: string[];

  /**
   * A netrc file with the credentials of module hosts and proxies. Only the module download sees it; no layer holds it.
   * @default - no credentials @sensitive
   */
  readonly netrc?: BuildSecret;
}

/** How to build an image. */
export interface GoImageOptions {
  /**
   * The image's repository, for example `registry.example.com/team/shop`. The tag is always the build's fingerprint. With a `registry`, the
   * repository is relative to it.
   * @default - derived from the stack's id and the construct's path @tokens refused
   */
  readonly repository?: string;

  /** The platform to build for. @default - the platform of the Docker engine that builds */
  readonly platform?: Platform;

  /**
   * The platforms to build for, one image each. With a `registry` they share one reference (a manifest list), from which each engine pulls
   * its own. A service on the building engine runs that engine's build.
   * @default - only `platform`
   */
  readonly platforms?: Platform[];

  /**
   * The registry to push the image to, for other engines. The library never deletes images from a registry.
   * @default - the image is not pushed
   */
  readonly registry?: ImageRegistry;

  /**
   * How many versions of the image stay on the engine that builds it, the current one included. After every container of the stack runs the
   * current version, a deploy removes older ones of the repository. What a container uses stays until a later deploy.
   * @default - all @range 1..100
   */
  readonly keepImages?: number;

  /**
   * Whether `terraform destroy` removes the repository's images from the engine that builds them, except those that a container uses.
   * @default false
   */
  readonly removeImagesOnDestroy?: boolean;

  /**
   * The version of the sources, as labels. It becomes part of the fingerprint.
   * @default - not stamped: the same sources are the same image
   */
  readonly stamp?: VersionStamp;

  /**
   * The version of the Go toolchain: selects the builder image `golang:<goVersion>`.
   * @default - major and minor version of the `toolchain` or else the `go` line of `go.mod` or `go.work` @tokens refused
   */
  readonly goVersion?: string;

  /**
   * The builder image. It needs Go, a POSIX shell and CA certificates, like the official `golang` images.
   * @default - `golang:<goVersion>`; with cgo `golang:<goVersion>-bookworm` @tokens refused
   */
  readonly builderImage?: string;

  /** Build tags, as `go build -tags` takes them. @default - none @tokens refused */
  readonly tags?: string[];

  /**
   * Packages of other modules that use cgo, and that the program runs without: import paths, for example
   * `github.com/mattn/go-sqlite3`. Packages below them count. Without this, such a package is an error in an image without cgo.
   * @default - none @tokens refused
   */
  readonly optionalCgo?: string[];

  /**
   * Flags for Go's compiler, for every package. `["-N", "-l"]` with `ldflags: []` builds a program that a debugger can follow.
   * @default - none @tokens refused
   */
  readonly gcflags?: string[];

  /** Flags for Go's linker. @default ["-s", "-w"], which leaves out the symbol table and debug information @tokens refused */
  readonly ldflags?: string[];

  /**
   * Values of string variables by import path and name, set with the linker's `-X`. The program and the image's fingerprint contain them:
   * pass no secrets.
   * @default - none @tokens refused
   */
  readonly variables?: { [name: string]: string };

  /**
   * The user and group that the program runs as, as numbers: `uid:gid` or `uid`.
   * @default "65534:65534", or the distroless image's own 65532:65532 @tokens refused
   */
  readonly user?: string;

  /** The TCP ports that the program listens on. By default a service publishes and checks the first. @default [8080] @range 1..65535 */
  readonly ports?: number[];

  /**
   * PEM files with additional certificate authorities, for example a corporate proxy's. The module download and the program trust them.
   * Paths are relative to `cdktf.json`.
   * @default - only the builder image's certificates @tokens refused
   */
  readonly caCertificates?: string[];

  /**
   * The module proxy, in the syntax of `GOPROXY`. A URL with a password is an error: use `privateModules.netrc`.
   * @default - the builder image's own, which is `https://proxy.golang.org,direct` @tokens refused @sensitive
   */
  readonly moduleProxy?: string;

  /** Whether the health probe speaks TLS, for `HealthCheck.https` and gRPC with `tls`. It is then 2.8 MB larger. @default false */
  readonly probeTls?: boolean;

  /** Whether the image holds the scheduler, 2.7 MB, which {@link ScheduledTask} needs. @default false */
  readonly scheduler?: boolean;

  /** Modules that are not public. @default - all modules are public */
  readonly privateModules?: PrivateModules;

  /**
   * Files and directories to add to the image: absolute path in the image → path here, relative to `cdktf.json`. Executable bits stay. Whoever
   * has the image can read them: for secrets use `files` of the service.
   * @default - none @tokens refused
   */
  readonly extraFiles?: { [pathInImage: string]: string };

  /**
   * Further files for the build: patterns relative to the directory of `go.mod`, with slashes. `*`, `?` and `[a-z]` match within a name,
   * `**` matches any number of directories, and `!` at the start excludes files: `["**", "!testdata/**"]` stages all but test data.
   *
   * Wildcards skip hidden names (except in a segment that starts with a dot), symbolic links, other modules, `node_modules` and Terraform
   * state. Name these to stage them, for example `.version` or `../other/**`. A pattern without a match is an error, and so is a wildcard
   * that matches a private key or a file whose name says that it holds secrets, such as `prod.env`. Links out of the module are refused.
   * @default - none @tokens refused
   */
  readonly include?: string[];

  /**
   * Labels of the image. `org.opencontainers.image.*` are standard.
   * Source: https://github.com/opencontainers/image-spec/blob/main/annotations.md
   * @default - `org.opencontainers.image.title` is the main package's import path @tokens refused
   */
  readonly labels?: { [name: string]: string };
}

/** Properties of every kind of Go image. */
export interface GoImageProps extends GoImageOptions {
  /**
   * A directory of the Go module, for example `services/shop`: the one with `go.mod`, or any below it. Relative paths are relative to
   * `cdktf.json`.
   * @tokens refused
   */
  readonly source: string;

  /**
   * The main package, relative to `source`, for example `./cmd/app`; or its import path.
   * @default - `.` if it is a main package, else the module's only one; several are an error that lists them @tokens refused
   */
  readonly mainPackage?: string;

  /** The Docker provider of the engine that builds. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}
