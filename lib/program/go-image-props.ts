import { TerraformProvider } from 'cdktf';
import { BuildSecret } from './build-secret';
import { VersionStamp } from './version-stamp';
import type { ImageRegistry } from '../image/image-registry';
import { Platform } from '../values/platform';

/** Modules that are not public. */
export interface PrivateModules {
  /**
   * Module path patterns that are fetched directly and not looked up in the public checksum database, as `GOPRIVATE` has them.
   *
   * @default - none: all modules come through `moduleProxy`
   * @tokens refused
   */
  readonly patterns?: string[];

  /**
   * A netrc file with the credentials of module hosts and proxies. It is mounted while modules are downloaded and is in no layer.
   *
   * @default - no credentials
   * @sensitive
   */
  readonly netrc?: BuildSecret;
}

/** How an image is built, whatever its program. */
export interface GoImageOptions {
  /**
   * The image's repository, for example `registry.example.com/team/shop`. The tag is always the fingerprint of what is built.
   * With a `registry` it is relative to that.
   *
   * @default - derived from the stack's id and the construct's path
   * @tokens refused
   */
  readonly repository?: string;

  /** The platform to build for. @default - the platform of the Docker engine that builds */
  readonly platform?: Platform;

  /**
   * The platforms to build for: one image for each, and with a `registry` one reference for all of them (a manifest list), from which each
   * engine pulls its own. A service on the engine that builds runs the build for that engine, which is one of them at no further cost.
   *
   * @default - only `platform`
   */
  readonly platforms?: Platform[];

  /**
   * The registry that the image is pushed to, so that other engines can run it. Images are never deleted from a registry.
   *
   * @default - the image is not pushed
   */
  readonly registry?: ImageRegistry;

  /**
   * Which version of the sources the image is built from. It becomes part of the fingerprint.
   *
   * @default - not stamped: the same sources are the same image
   */
  readonly stamp?: VersionStamp;

  /**
   * The version of the Go toolchain: selects the builder image `golang:<goVersion>`.
   *
   * @default - major and minor version of the `toolchain` or else the `go` line of `go.mod` or `go.work`
   * @tokens refused
   */
  readonly goVersion?: string;

  /**
   * The image that compiles. It needs Go, a POSIX shell and CA certificates, as the official `golang` images have them.
   *
   * @default - `golang:<goVersion>`; with cgo `golang:<goVersion>-bookworm`
   * @tokens refused
   */
  readonly builderImage?: string;

  /** Build tags, as `go build -tags` takes them. @default - none @tokens refused */
  readonly tags?: string[];

  /** Flags for Go's linker. @default ["-s", "-w"], which leaves out the symbol table and debug information @tokens refused */
  readonly ldflags?: string[];

  /**
   * Values of string variables, set with the linker's `-X`: the variable's import path and name, and its value.
   * A value becomes part of the program and of the image's fingerprint: it is no place for a secret.
   *
   * @default - none
   * @tokens refused
   */
  readonly variables?: { [name: string]: string };

  /**
   * The user and group that the program runs as, as numbers: `uid:gid` or `uid`.
   *
   * @default "65534:65534", or the distroless image's own 65532:65532
   * @tokens refused
   */
  readonly user?: string;

  /**
   * The TCP ports that the program listens on. The first one is what a service publishes and checks by default.
   *
   * @default [8080]
   * @range 1..65535
   */
  readonly ports?: number[];

  /**
   * PEM files with certificate authorities that are trusted in addition to the usual ones, both while modules are
   * downloaded and by the program: a corporate proxy's, or a private authority's. Relative paths are relative to `cdktf.json`.
   *
   * @default - only the builder image's certificates
   * @tokens refused
   */
  readonly caCertificates?: string[];

  /**
   * The module proxy, as `GOPROXY` has it. Credentials belong into `privateModules.netrc`; a URL with a password is an error.
   *
   * @default - the builder image's own, which is `https://proxy.golang.org,direct`
   * @tokens refused
   * @sensitive
   */
  readonly moduleProxy?: string;

  /** Whether the health probe speaks TLS, for `HealthCheck.https` and gRPC with `tls`. It is then 2.8 MB larger. @default false */
  readonly probeTls?: boolean;

  /** Modules that are not public. @default - all modules are public */
  readonly privateModules?: PrivateModules;

  /**
   * Files to add to the image: absolute path in the image → path here, relative to `cdktf.json`. Executable bits are kept.
   *
   * @default - none
   * @tokens refused
   */
  readonly extraFiles?: { [pathInImage: string]: string };

  /**
   * Files that the build reads beyond those that the program is compiled from: patterns relative to the directory of `go.mod`, with slashes.
   * `*`, `?` and `[a-z]` match within a name, `**` matches any number of directories, and a pattern that starts with `!` excludes files:
   * `["**", "!testdata/**"]` stages the whole module.
   *
   * Wildcards match no hidden names (except in a segment that starts with a dot), no symbolic links, no other modules, no `node_modules` and no
   * Terraform state. Name these to stage them, for example `.version` or `../other/**`. A pattern that matches no file is an error, and so is a
   * wildcard that matches a private key.
   *
   * @default - none
   * @tokens refused
   */
  readonly include?: string[];

  /**
   * Labels of the image; `org.opencontainers.image.*` are the well-known ones
   * (https://github.com/opencontainers/image-spec/blob/main/annotations.md).
   *
   * @default - `org.opencontainers.image.title` is the main package's import path
   * @tokens refused
   */
  readonly labels?: { [name: string]: string };
}

/** What is built and how, for every kind of Go image. */
export interface GoImageProps extends GoImageOptions {
  /**
   * A directory of the Go module, for example `services/shop`: the one with `go.mod`, or any below it. Relative paths are relative to `cdktf.json`.
   *
   * @tokens refused
   */
  readonly source: string;

  /**
   * The main package, relative to `source`, for example `./cmd/app`; or its import path.
   *
   * @default - the module's only main package; several are an error that lists them
   * @tokens refused
   */
  readonly mainPackage?: string;

  /** The Docker provider of the engine that builds. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}
