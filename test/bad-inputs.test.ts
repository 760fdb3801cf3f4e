import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import {
  BuildSecret, ContainerImage, ContainerLogging, ContainerMount, ContainerNetwork, DatabaseCredentials, Duration, GoModule, GoScratchImage,
  GoService, GoServiceWithPostgres, HealthCheck, Platform, PostgresDatabase, PostgresVersion, PublishedPort, RestartPolicy, Size,
} from '../lib';
import { goFile, writeFiles } from './go/fixture';
import { errorOf } from './message';

// Wrong types are what JavaScript users can pass; hence `any`.
type Props = Record<string, any>;

const GO_MOD = 'module example.com/app\n\ngo 1.26\n';
const PROGRAM = { 'go.mod': GO_MOD, 'main.go': goFile('main') };
const UNPRIVILEGED = 65_534;

const directory = writeFiles;

function file(content: string): string {
  return path.join(directory({ 'a.pem': content }), 'a.pem');
}

function embedding(name: string): string {
  return `package main\n\nimport _ "embed"\n\n//go:embed ${name}\nvar content []byte\n\nfunc main() {}\n`;
}

/** A file of 2 GB without its blocks, so that it takes no place. */
function withLargeFile(files: Record<string, string>): string {
  const source = directory(files);
  fs.writeFileSync(path.join(source, 'large.bin'), '');
  fs.truncateSync(path.join(source, 'large.bin'), 2 ** 31);
  return source;
}

function withForeignName(extension = '.go'): string {
  const source = directory(PROGRAM);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${source}/caf`), Buffer.from([0xe9]), Buffer.from(extension)]), goFile('main').replace('func main() {}', ''));
  return source;
}

/** Runs as a user without privileges, as which root's permission to read everything is gone. */
function withoutPermission<T>(name: string, action: (source: string) => T): T {
  const source = directory({ 'go.mod': GO_MOD, 'main.go': goFile('main', 'example.com/app/internal/a'), 'internal/a/a.go': goFile('a') });
  fs.chmodSync(source, 0o755);
  fs.chmodSync(path.join(source, name), 0);
  const own = process.geteuid!();
  try {
    if (own === 0) {
      process.seteuid!(UNPRIVILEGED);
    }
    return action(source);
  } finally {
    if (own === 0) {
      process.seteuid!(own);
    }
    fs.chmodSync(path.join(source, name), 0o755);
  }
}

function image(stack: TerraformStack, props: Props = {}): GoScratchImage {
  return new GoScratchImage(stack, 'image', { source: directory(PROGRAM), ...props });
}

function service(stack: TerraformStack, props: Props = {}, id = 'service'): GoService {
  return new GoService(stack, id, { image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), ...props });
}

function database(stack: TerraformStack, props: Props = {}, id = 'database'): PostgresDatabase {
  return new PostgresDatabase(stack, id, props);
}

/** What it is about, what a user writes, and the whole text of the error; `<directory>` stands for a directory of the test. */
const CASES: [name: string, action: (stack: TerraformStack) => unknown, error: string][] = [
  // --- sources of a Go program
  ['a source that is missing', (stack) => image(stack, { source: `${directory({})}/nowhere` }), `
    dev/image: the source directory does not exist
      given:   "<directory>/nowhere"
      allowed: a directory of a Go module
      to do:   create the module with go mod init, or correct the path (it was looked for at <directory>/nowhere)`],
  ['a file as the source', (stack) => image(stack, { source: `${directory({ 'main.go': '' })}/main.go` }), `
    dev/image: the source is a file, not a directory
      given:   "<directory>/main.go"
      allowed: a directory of a Go module
      to do:   create the module with go mod init, or correct the path (it was looked for at <directory>/main.go)`],
  ['no go.mod', (stack) => image(stack, { source: directory({ 'main.go': goFile('main') }) }), `
    dev/image: no go.mod in the source directory or above it
      given:   "<directory>"
      allowed: a directory of a Go module
      to do:   run go mod init there, or correct the path`],
  ['no main package', (stack) => image(stack, { source: directory({ 'go.mod': GO_MOD, 'a.go': goFile('a') }) }), `
    dev/image: the module has no main package
      given:   "<directory>"
      allowed: a directory with package main and func main
      to do:   write one, or set source to the directory of the module that has one`],
  ['several main packages', (stack) => image(stack, { source: directory({ 'go.mod': GO_MOD, 'a/main.go': goFile('main'), 'b/main.go': goFile('main') }) }), `
    dev/image: the module has 2 main packages and none was named
      given:   "<directory>"
      allowed: ./a, ./b
      to do:   set mainPackage, for example mainPackage: './a'`],
  ['a main package that is missing', (stack) => image(stack, { mainPackage: './cmd/app' }), `
    dev/image: the main package does not exist
      given:   "./cmd/app"
      allowed: .
      to do:   name a main package of the module`],
  ['a main package without ./', (stack) => image(stack, { mainPackage: 'cmd/app' }), `
    dev/image: the main package is neither a relative path nor an import path of the module
      given:   "cmd/app"
      allowed: ./cmd/app or an import path that starts with example.com/app
      to do:   start a relative path with ./`],
  ['a main package outside the module', (stack) => image(stack, { mainPackage: '../other' }), `
    dev/image: the main package is outside the module example.com/app
      given:   "../other"
      allowed: .
      to do:   name a main package of the module`],
  ['a package that is no program', (stack) => image(stack, { source: directory({ ...PROGRAM, 'lib/a.go': goFile('lib') }), mainPackage: './lib' }), `
    dev/image: the package is not a main package (package main with Go files for the target)
      given:   "./lib"
      allowed: .
      to do:   name a main package of the module`],
  ['a main package of shell text', (stack) => image(stack, { mainPackage: './$(id)' }), `
    dev/image: the main package does not exist
      given:   "./$(id)"
      allowed: .
      to do:   name a main package of the module`],
  ['cgo in an image from scratch', (stack) => image(stack, { source: directory({ ...PROGRAM, 'main.go': goFile('main', 'C') }) }), `
    dev/image: the program needs cgo, but an image from scratch holds no C library: example.com/app uses it
      given:   "main.go"
      allowed: programs in pure Go
      to do:   use GoDistrolessImage with \`variant: BaseImage.BASE\`, or a package in pure Go (for SQLite: modernc.org/sqlite)`],
  ['a replace directive to a directory that is missing', (stack) => image(stack, { source: directory({ ...PROGRAM, 'go.mod': `${GO_MOD}require example.com/b v0.0.0\nreplace example.com/b => /nonexistent/b\n`, 'main.go': goFile('main', 'example.com/b') }) }), `
    dev/image: go.mod:5: module example.com/b is replaced by an absolute path, which does not exist where the image is built
      given:   "/nonexistent/b"
      allowed: a path relative to the file, starting with ./ or ../
      to do:   run go mod edit -replace=example.com/b=<relative path> in <directory>`],
  ['a loop of symbolic links in place of a source file', (stack) => image(stack, { source: directory({ ...PROGRAM, 'main.go': 'package main\n\nimport _ "embed"\n\n//go:embed a\nvar a string\n\nfunc main() {}\n', 'a': '-> b', 'b': '-> a' }) }), `
    dev/image: pattern a: cannot embed irregular file a
      given:   "//go:embed a in <directory>/main.go"
      to do:   embed regular files and directories of this module only`],
  ['a directory in place of go.mod', (stack) => image(stack, { source: directory({ 'go.mod/x': '', 'main.go': goFile('main') }) }), `
    dev/image: no go.mod in the source directory or above it
      given:   "<directory>"
      allowed: a directory of a Go module
      to do:   run go mod init there, or correct the path`],
  ['a go.mod that is not one', (stack) => image(stack, { source: directory({ ...PROGRAM, 'go.mod': 'modul example.com/app\n' }) }), `
    dev/image: go.mod:1: unknown directive: modul
      given:   "modul example.com/app"
      to do:   correct line 1 of <directory>/go.mod`],
  ['an embedded file that is missing', (stack) => image(stack, { source: directory({ ...PROGRAM, 'main.go': embedding('nowhere.txt') }) }), `
    dev/image: pattern nowhere.txt: no matching files found
      given:   "//go:embed nowhere.txt in <directory>/main.go"
      to do:   create the file before the synthesis, or correct the pattern. A module as published may lack files that its build makes, such as those of a front end: make them in a checkout of the repository`],
  ['an embedded file of 2 GB', (stack) => image(stack, { source: withLargeFile({ ...PROGRAM, 'main.go': embedding('large.bin') }) }), `
    dev/image: a file that the build needs is too large
      given:   "<directory>/large.bin"
      allowed: at most 268435456 bytes (the file has 2147483648)
      to do:   move the data out of the Go sources, for example into a volume or an image layer of its own`],
  ['a file name that is not UTF-8 among the sources', (stack) => image(stack, { source: withForeignName() }), `
    dev/image: the name of a file that the build needs is not UTF-8
      given:   "<directory>/caf\\udce9.go"
      to do:   rename the file`],
  ['a source file that may not be read', (stack) => withoutPermission('main.go', (source) => image(stack, { source })), `
    dev/image: a file that the build needs cannot be read: permission denied
      given:   "<directory>/main.go"
      to do:   make the file readable for the user that runs the synthesis`],
  ['a source directory that may not be listed', (stack) => withoutPermission('internal', (source) => image(stack, { source })), `
    dev/image: a directory that the build needs cannot be read: permission denied
      given:   "<directory>/internal"
      to do:   make the directory readable for the user that runs the synthesis`],
  // --- props of an image
  ['no source', (stack) => image(stack, { source: undefined }), `
    dev/image: the prop \`source\` is missing
      allowed: a string
      to do:   give it as source: "services/shop"; a variable that you pass may be undefined`],
  ['no props', (stack) => new GoScratchImage(stack, 'image', undefined as any), `
    dev/image: the props are missing
      allowed: an object
      to do:   give at least { source: "services/shop" }`],
  ['a number as the source', (stack) => image(stack, { source: 1 }), `
    dev/image: the prop \`source\` is not a string
      given:   1
      allowed: a string
      to do:   write it as source: "services/shop"`],
  ['a repository in upper case', (stack) => image(stack, { repository: 'acme/API' }), `
    dev/image: not an image reference
      given:   "acme/API"
      allowed: a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…
      to do:   write it in lower case and without spaces`],
  ['a repository with a tag', (stack) => image(stack, { repository: 'acme/api:1' }), `
    dev/image: the repository has a tag
      given:   "acme/api:1"
      allowed: a name without tag and digest, for example ghcr.io/acme/api
      to do:   leave out ":1"; if it is a port, the name of the repository is missing after it`],
  ['a builder image of shell text', (stack) => image(stack, { builderImage: 'golang:1.26 AS x\nRUN id' }), `
    dev/image: not an image reference
      given:   "golang:1.26 AS x\\nRUN id"
      allowed: a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…
      to do:   write the reference as for "docker pull"`],
  ['a platform as text', (stack) => image(stack, { platform: 'linux/arm64' }), `
    dev/image: the prop \`platform\` is not a Platform
      given:   "linux/arm64"
      allowed: a Platform
      to do:   write it as platform: Platform.LINUX_AMD64, or leave it out`],
  ['an architecture by the name that uname has', () => Platform.of('linux/x86_64'), `
    Platform.of("linux/x86_64"): unknown platform
      given:   "linux/x86_64"
      allowed: linux/ followed by one of 386, amd64, arm, arm64, loong64, mips64le, ppc64le, riscv64, s390x; for arm also a variant: arm/v5, arm/v6, arm/v7
      to do:   write linux/amd64
      at:      <line>`],
  ['another operating system than Linux', () => Platform.of('windows/amd64'), `
    Platform.of("windows/amd64"): unknown platform
      given:   "windows/amd64"
      allowed: linux/ followed by one of 386, amd64, arm, arm64, loong64, mips64le, ppc64le, riscv64, s390x; for arm also a variant: arm/v5, arm/v6, arm/v7
      to do:   use Platform.LINUX_AMD64, Platform.LINUX_ARM64, or Platform.of("linux/<architecture>")
      at:      <line>`],
  ['a variant that no processor has', () => Platform.of('linux/arm/v9'), `
    Platform.of("linux/arm/v9"): unknown platform
      given:   "linux/arm/v9"
      allowed: linux/ followed by one of 386, amd64, arm, arm64, loong64, mips64le, ppc64le, riscv64, s390x; for arm also a variant: arm/v5, arm/v6, arm/v7
      to do:   use Platform.LINUX_AMD64, Platform.LINUX_ARM64, or Platform.of("linux/<architecture>")
      at:      <line>`],
  ['a Go version with its prefix', (stack) => image(stack, { goVersion: 'go1.26' }), `
    dev/image: not a Go version
      given:   "go1.26"
      allowed: major and minor version, and optionally the patch, for example "1.26" or "1.26.1"
      to do:   write the version without "go" or "v", or give \`builderImage\``],
  ['a build tag with a space', (stack) => image(stack, { tags: ['netgo osusergo'] }), `
    dev/image: not a build tag
      given:   "netgo osusergo"
      allowed: letters, digits, "_" and "."
      to do:   give each tag as a string of its own in \`tags\``],
  ['several linker flags in one entry', (stack) => image(stack, { ldflags: ['-s -w'] }), `
    dev/image: not one linker flag
      given:   "-s -w"
      allowed: one flag in each entry, for example ["-s", "-w", "-extldflags=-static"]
      to do:   make each flag an entry of its own in \`ldflags\``],
  ['an empty linker flag', (stack) => image(stack, { ldflags: [''] }), `
    dev/image: not one linker flag
      given:   ""
      allowed: one flag in each entry, for example ["-s", "-w", "-extldflags=-static"]
      to do:   remove the empty entry from \`ldflags\``],
  ['a linker flag with both kinds of quotes', (stack) => image(stack, { ldflags: ['-extldflags=\'a\' "b"'] }), `
    dev/image: a linker flag holds single and double quotes, which Go's -ldflags has no notation for
      given:   "-extldflags='a' \\"b\\""
      allowed: one kind of quotes
      to do:   change the value, or keep it in a file that the program embeds with //go:embed`],
  ['a linker flag with a line end', (stack) => image(stack, { variables: { 'main.text': 'one\ntwo' } }), `
    dev/image: a linker flag holds a control character
      given:   "main.text=one\\ntwo"
      allowed: one line of text
      to do:   keep long texts in a file that the program embeds with //go:embed`],
  ['a variable without its package', (stack) => image(stack, { variables: { version: '1' } }), `
    dev/image: not the name of a Go variable for \`variables\`
      given:   "version"
      allowed: import path, dot and name, for example "main.version" or "example.com/shop/internal/build.Version"
      to do:   write the package's import path before the variable's name; the main package's is "main"`],
  ['a variable without a value', (stack) => image(stack, { variables: { 'main.version': undefined } }), `
    dev/image: the prop \`variables.main.version\` is undefined
      allowed: a string
      to do:   give a value, or leave it out; what it is taken from may not be set`],
  ['a user name', (stack) => image(stack, { user: 'nobody' }), `
    dev/image: not a numeric user
      given:   "nobody"
      allowed: "uid" or "uid:gid", each from 0 to 4294967294
      to do:   use numbers: the image may not know the names`],
  ['a user id beyond 32 bits', (stack) => image(stack, { user: '4294967295' }), `
    dev/image: not a numeric user
      given:   "4294967295"
      allowed: "uid" or "uid:gid", each from 0 to 4294967294
      to do:   use numbers: the image may not know the names`],
  ['port 0 of an image', (stack) => image(stack, { ports: [0] }), `
    dev/image: the prop \`ports[0]\` is too small
      given:   0
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits`],
  ['a port twice', (stack) => image(stack, { ports: [8080, 9090, 8080] }), `
    dev/image: a port is given twice in \`ports\`
      given:   8080
      allowed: each port once
      to do:   remove one of them`],
  ['a module proxy with a password', (stack) => image(stack, { moduleProxy: 'https://me:secret@proxy.example.com' }), `
    dev/image: the module proxy's URL holds credentials, which would appear in the Dockerfile and in the plan
      given:   "https://…@proxy.example.com"
      allowed: a URL without user name and password
      to do:   give the credentials as \`privateModules: { netrc: BuildSecret.fromEnvironmentVariable("NETRC") }\``],
  ['a malformed module proxy with a password', (stack) => image(stack, { moduleProxy: 'https://me:secret@ proxy' }), `
    dev/image: not a module proxy
      given:   "https://…@ proxy"
      allowed: "direct", "off", or a URL with https, http or file; several are joined by "," or "|"
      to do:   write it as GOPROXY has it`],
  ['a module proxy without a scheme', (stack) => image(stack, { moduleProxy: 'proxy.example.com' }), `
    dev/image: not a module proxy
      given:   "proxy.example.com"
      allowed: "direct", "off", or a URL with https, http or file; several are joined by "," or "|"
      to do:   write it as GOPROXY has it`],
  ['a private module pattern with a comma', (stack) => image(stack, { privateModules: { patterns: ['a.com/*,b.com/*'] } }), `
    dev/image: not a module path pattern for \`privateModules\`
      given:   "a.com/*,b.com/*"
      allowed: a pattern such as "github.com/acme/*"
      to do:   give each pattern as a string of its own in \`patterns\``],
  ['a netrc as text', (stack) => image(stack, { privateModules: { netrc: '~/.netrc' } }), `
    dev/image: the prop \`privateModules.netrc\` is not a BuildSecret
      allowed: a BuildSecret
      to do:   write it as netrc: BuildSecret.fromEnvironmentVariable("NETRC"), or leave it out`],
  ['a netrc below the home directory', (stack) => image(stack, { privateModules: { netrc: BuildSecret.fromFile('~/.netrc') } }), `
    BuildSecret.fromFile("~/.netrc"): the path of a build secret starts with "~", which only a shell resolves
      given:   "~/.netrc"
      allowed: an absolute path, or one relative to the directory where Terraform runs
      to do:   write BuildSecret.fromFile(\`\${process.env.HOME}/.netrc\`), or use BuildSecret.fromEnvironmentVariable()
      at:      <line>`],
  ['a netrc path with a comma', (stack) => image(stack, { privateModules: { netrc: BuildSecret.fromFile('/a,b') } }), `
    BuildSecret.fromFile("/a,b"): not a path that the Docker provider can take for a build secret
      given:   "/a,b"
      allowed: a path without commas, double quotes and control characters
      to do:   rename the file, or use BuildSecret.fromEnvironmentVariable()
      at:      <line>`],
  ['the content of a netrc in place of a variable', (stack) => image(stack, { privateModules: { netrc: BuildSecret.fromEnvironmentVariable('machine a.com') } }), `
    BuildSecret.fromEnvironmentVariable(…): not the name of an environment variable for a build secret
      allowed: letters, digits and "_", not starting with a digit
      to do:   give the variable's name, not its value
      at:      <line>`],
  ['a label with a space', (stack) => image(stack, { labels: { 'my label': '1' } }), `
    dev/image: not the name of a label
      given:   "my label"
      allowed: letters, digits, ".", "_", "/" and "-", for example "org.opencontainers.image.source"
      to do:   rename the label`],
  ['a label with a line end in its value', (stack) => image(stack, { labels: { team: 'a\nRUN id' } }), `
    dev/image: the label team holds a line end or another control character
      given:   "a\\nRUN id"
      allowed: one line of text
      to do:   remove the control characters`],
  ['a label without a value', (stack) => image(stack, { labels: { team: undefined } }), `
    dev/image: the prop \`labels.team\` is undefined
      allowed: a string
      to do:   give a value, or leave it out; what it is taken from may not be set`],
  ['an extra file at a relative path', (stack) => image(stack, { extraFiles: { 'etc/a': 'a' } }), `
    dev/image: not a path in the image for \`extraFiles\`
      given:   "etc/a"
      allowed: an absolute path of a file or directory without ".", ".." and doubled slashes, for example "/etc/app/config.json"
      to do:   name the path as the program uses it, without a slash at its end`],
  ['an extra file above the root', (stack) => image(stack, { extraFiles: { '/../a': 'a' } }), `
    dev/image: not a path in the image for \`extraFiles\`
      given:   "/../a"
      allowed: an absolute path of a file or directory without ".", ".." and doubled slashes, for example "/etc/app/config.json"
      to do:   name the path as the program uses it, without a slash at its end`],
  ['an extra file in place of the probe', (stack) => image(stack, { extraFiles: { '/probe': 'a' } }), `
    dev/image: a path in \`extraFiles\` belongs to the image itself
      given:   "/probe"
      allowed: any other than /app, /probe, /etc/ssl/certs/ca-certificates.crt, /usr/share/zoneinfo.zip, /etc/passwd, /etc/group, a directory of these or a path below them
      to do:   choose another path; for certificates use \`caCertificates\``],
  ['an extra file in place of the users', (stack) => image(stack, { extraFiles: { '/etc/passwd': `${directory({ a: '' })}/a` } }), `
    dev/image: a path in \`extraFiles\` belongs to the image itself
      given:   "/etc/passwd"
      allowed: any other than /app, /probe, /etc/ssl/certs/ca-certificates.crt, /usr/share/zoneinfo.zip, /etc/passwd, /etc/group, a directory of these or a path below them
      to do:   choose another path; for certificates use \`caCertificates\``],
  ['an extra file below the program', (stack) => image(stack, { extraFiles: { '/app/a': 'a' } }), `
    dev/image: a path in \`extraFiles\` belongs to the image itself
      given:   "/app/a"
      allowed: any other than /app, /probe, /etc/ssl/certs/ca-certificates.crt, /usr/share/zoneinfo.zip, /etc/passwd, /etc/group, a directory of these or a path below them
      to do:   choose another path; for certificates use \`caCertificates\``],
  ['an extra file in place of a directory', (stack) => image(stack, { extraFiles: { '/etc': 'a' } }), `
    dev/image: a path in \`extraFiles\` belongs to the image itself
      given:   "/etc"
      allowed: any other than /app, /probe, /etc/ssl/certs/ca-certificates.crt, /usr/share/zoneinfo.zip, /etc/passwd, /etc/group, a directory of these or a path below them
      to do:   choose another path; for certificates use \`caCertificates\``],
  ['an extra file in place of the directory of another', (stack) => image(stack, { extraFiles: { '/a': file(''), '/a/b': file('') } }), `
    dev/image: a path in \`extraFiles\` would be a file and a directory
      given:   "/a"
      allowed: a file, or a directory for /a/b
      to do:   change one of the two paths`],
  ['an extra file that is missing', (stack) => image(stack, { extraFiles: { '/etc/a': 'nowhere.json' } }), `
    dev/image: no such file for \`extraFiles\`
      given:   "nowhere.json"
      allowed: an existing file, or a directory with files; relative paths are relative to cdktf.json
      to do:   correct the path, or create the file`],
  ['an extra directory with a secret', (stack) => image(stack, { extraFiles: { '/etc/a': directory({ 'prod.env': '' }) } }), `
    dev/image: a directory of \`extraFiles\` holds a file whose name says that it holds secrets
      given:   "<directory>/prod.env"
      allowed: directories without such files, or the file as an entry of its own
      to do:   move the file out of the directory; give secrets to the program with ContainerFile.secret()`],
  ['an included pattern that is malformed', (stack) => image(stack, { include: ['a', 'b/['] }), `
    dev/image: a pattern of \`include\` is malformed
      given:   "b/["
      allowed: names with *, **, ?, [a-z] and [^a-z]; a backslash makes the next character literal; ! in front excludes
      to do:   close each bracket, and put a backslash before a bracket or backslash that is part of a name`],
  ['an included pattern that matches no file', (stack) => image(stack, { source: directory({ ...PROGRAM, 'templates/a': '' }), include: ['*.go', 'templates'] }), `
    dev/image: \`include\` matches no file
      given:   "templates"
      allowed: patterns of files below <directory>, relative to <directory>, for example "templates/**"
      to do:   correct the pattern; name hidden files, symbolic links and other modules, because wildcards do not match them`],
  ['an included pattern whose files are all excluded', (stack) => image(stack, { source: directory(PROGRAM), include: ['*.go', '!main.go'] }), `
    dev/image: \`include\` matches no file
      given:   "*.go"
      allowed: patterns of files below <directory>, relative to <directory>, for example "templates/**"
      to do:   correct the pattern; name hidden files, symbolic links and other modules, because wildcards do not match them`],
  ['included patterns that only exclude', (stack) => image(stack, { source: directory(PROGRAM), include: ['!testdata/**'] }), `
    dev/image: \`include\` matches no file
      given:   ["!testdata/**"]
      allowed: patterns of files below <directory>, relative to <directory>, for example "templates/**"
      to do:   correct the pattern; name hidden files, symbolic links and other modules, because wildcards do not match them`],
  ['an included file outside of the module', (stack) => image(stack, { source: directory(PROGRAM), include: ['../../../../../../etc/passwd'] }), `
    dev/image: \`include\` matches no file
      given:   "../../../../../../etc/passwd"
      allowed: patterns of files below <directory>, relative to <directory>, for example "templates/**"
      to do:   correct the pattern; name hidden files, symbolic links and other modules, because wildcards do not match them`],
  ['a private key among included files', (stack) => image(stack, { source: directory({ ...PROGRAM, 'server.pem': '-----BEGIN EC PARAMETERS-----\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\n' }), include: ['**'] }), `
    dev/image: a wildcard of \`include\` matches a private key
      given:   "<directory>/server.pem"
      allowed: patterns that match no private key, or the path of the key without a wildcard
      to do:   exclude the file with a pattern that starts with !, or move it out of the module`],
  ['an included file whose name is not UTF-8', (stack) => image(stack, { source: withForeignName('.txt'), include: ['**'] }), `
    dev/image: the name of a file that the build needs is not UTF-8
      given:   "<directory>/caf\\udce9.txt"
      to do:   rename the file`],
  ['an included file of 2 GB', (stack) => image(stack, { source: withLargeFile(PROGRAM), include: ['*.bin'] }), `
    dev/image: a file that the build needs is too large
      given:   "<directory>/large.bin"
      allowed: at most 268435456 bytes (the file has 2147483648)
      to do:   move the data out of the Go sources, for example into a volume or an image layer of its own`],
  ['a certificate file that is missing', (stack) => image(stack, { caCertificates: ['nowhere.pem'] }), `
    dev/image: no such certificate file
      given:   "nowhere.pem"
      allowed: an existing PEM file
      to do:   give the path of a PEM file with one or more certificates (-----BEGIN CERTIFICATE-----), relative to cdktf.json`],
  ['a certificate file with a private key', (stack) => image(stack, { caCertificates: [file('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n')] }), `
    dev/image: a certificate file holds a private key, which would become part of the image
      given:   "<directory>/a.pem"
      allowed: certificates only
      to do:   put the certificates into a file of their own`],
  ['a certificate file that is not PEM', (stack) => image(stack, { caCertificates: [file('hello')] }), `
    dev/image: a certificate file holds no PEM certificate
      given:   "<directory>/a.pem"
      allowed: PEM
      to do:   give the path of a PEM file with one or more certificates (-----BEGIN CERTIFICATE-----), relative to cdktf.json`],
  ['a certificate that cannot be read', (stack) => image(stack, { caCertificates: [file('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')] }), `
    dev/image: a certificate cannot be read: <reason>
      given:   "<directory>/a.pem"
      allowed: X.509 certificates in PEM
      to do:   give the path of a PEM file with one or more certificates (-----BEGIN CERTIFICATE-----), relative to cdktf.json`],
  // --- services
  ['no image', (stack) => new GoService(stack, 'service', {} as any), `
    dev/service: the prop \`image\` is missing
      allowed: an IContainerImage
      to do:   give it as image: new GoDistrolessImage(…), new GoScratchImage(…) or ContainerImage.fromRegistry("ghcr.io/acme/api:1.4"); a variable that you pass may be undefined`],
  ['an image reference as text', (stack) => service(stack, { image: 'acme/api:1' }), `
    dev/service: the prop \`image\` is not an IContainerImage
      given:   "acme/api:1"
      allowed: an IContainerImage
      to do:   write it as image: new GoDistrolessImage(…), new GoScratchImage(…) or ContainerImage.fromRegistry("ghcr.io/acme/api:1.4")`],
  ['an image reference that is malformed', (stack) => service(stack, { image: ContainerImage.fromRegistry('https://ghcr.io/acme/api') }), `
    ContainerImage.fromRegistry("https://ghcr.io/acme/api"): not an image reference
      given:   "https://ghcr.io/acme/api"
      allowed: a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…
      to do:   remove the scheme; the settings of the engine decide between HTTP and HTTPS
      at:      <line>`],
  ['no image reference', () => ContainerImage.fromRegistry(undefined as any), `
    ContainerImage.fromRegistry(): the argument \`reference\` is missing
      allowed: a string
      to do:   give it as reference: "ghcr.io/acme/api:1.4"; a variable that you pass may be undefined
      at:      <line>`],
  ['a container name with a space', (stack) => service(stack, { containerName: 'my service' }), `
    dev/service: not a name for a container
      given:   "my service"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the container is then named after the construct's path`],
  ['a container name with quotes and line ends', (stack) => service(stack, { containerName: '"a"\n' }), `
    dev/service: not a name for a container
      given:   "\\"a\\"\\n"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the container is then named after the construct's path`],
  ['a container name of shell text', (stack) => service(stack, { containerName: '$(id)' }), `
    dev/service: not a name for a container
      given:   "$(id)"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the container is then named after the construct's path`],
  ['a container name of one letter', (stack) => service(stack, { containerName: 'a' }), `
    dev/service: not a name for a container
      given:   "a"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the container is then named after the construct's path`],
  ['a container name beyond a DNS label', (stack) => service(stack, { containerName: 'a'.repeat(64) }), `
    dev/service: not a name for a container
      given:   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the container is then named after the construct's path`],
  ['the same container name twice', (stack) => [service(stack, { containerName: 'api' }), service(stack, { containerName: 'api' }, 'other')], `
    dev/other: another container of the stack has the same name: dev/service
      given:   "api"
      allowed: a name that is used once in a stack
      to do:   give one of the two another name, or leave \`containerName\` out: names then follow from the constructs' paths`],
  ['a port as text', (stack) => service(stack, { port: '8080' }), `
    dev/service: the prop \`port\` is not a number
      given:   "8080"
      allowed: a number
      to do:   write it as port: 8080, or leave it out`],
  ['port 0', (stack) => service(stack, { port: 0 }), `
    dev/service: the prop \`port\` is too small
      given:   0
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits, or leave it out`],
  ['port 65536', (stack) => service(stack, { port: 65_536 }), `
    dev/service: the prop \`port\` is too large
      given:   65536
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits, or leave it out`],
  ['a fraction of a port', (stack) => service(stack, { port: 1.5 }), `
    dev/service: the prop \`port\` is not a whole number
      given:   1.5
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits, or leave it out`],
  ['a port that is not a number', (stack) => service(stack, { port: NaN }), `
    dev/service: the prop \`port\` is not a finite number
      given:   NaN
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits, or leave it out`],
  ['a number to publish', (stack) => service(stack, { publish: 8080 }), `
    dev/service: the prop \`publish\` is not a PublishedPort
      given:   8080
      allowed: a PublishedPort
      to do:   write it as publish: PublishedPort.onLoopback(8080), or leave it out`],
  ['host port 0', (stack) => service(stack, { publish: PublishedPort.onLoopback(0) }), `
    PublishedPort.onLoopback(0): the argument \`hostPort\` is too small
      given:   0
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits
      at:      <line>`],
  ['container port 65536', (stack) => service(stack, { publish: PublishedPort.onLoopback(8080, 65_536) }), `
    PublishedPort.onLoopback(8080, 65536): the argument \`containerPort\` is too large
      given:   65536
      allowed: a whole number from 1 to 65535
      to do:   give a value within these limits, or leave it out
      at:      <line>`],
  ['a host name as the address', (stack) => service(stack, { publish: PublishedPort.on('localhost', 8080) }), `
    PublishedPort.on("localhost", 8080): not an address to publish a port on
      given:   "localhost"
      allowed: an IPv4 or IPv6 address of the Docker host, for example "10.0.0.5"
      to do:   use PublishedPort.onLoopback(), PublishedPort.onAllInterfaces(), or the address itself instead of a host name
      at:      <line>`],
  ['the same host port twice', (stack) => [service(stack, { publish: PublishedPort.onLoopback(8080) }), service(stack, { publish: PublishedPort.onLoopback(8080) }, 'other')], `
    dev/other: another container of the stack publishes the same host port: dev/service
      given:   "127.0.0.1:8080"
      allowed: a port that is used once on each address of the host
      to do:   choose another host port for one of the two`],
  ['the same host port on all addresses', (stack) => [service(stack, { publish: PublishedPort.onLoopback(8080) }), service(stack, { publish: PublishedPort.onAllInterfaces(8080) }, 'other')], `
    dev/other: another container of the stack publishes the same host port: dev/service
      given:   "0.0.0.0:8080"
      allowed: a port that is used once on each address of the host
      to do:   choose another host port for one of the two`],
  ['a number as the memory', (stack) => service(stack, { memory: 512 }), `
    dev/service: the prop \`memory\` is not a Size
      given:   512
      allowed: a Size
      to do:   write it as memory: Size.mebibytes(512), or leave it out`],
  ['negative memory', (stack) => service(stack, { memory: Size.mebibytes(-5) }), `
    Size.mebibytes(-5): the argument \`amount\` is negative
      given:   -5
      allowed: 0 or more, in whole bytes
      to do:   write it like Size.mebibytes(5)
      at:      <line>`],
  ['less memory than Docker takes', (stack) => service(stack, { memory: Size.mebibytes(5) }), `
    dev/service: the prop \`memory\` is too small
      given:   Size.mebibytes(5)
      allowed: 6 MiB to 64 TiB, in whole multiples of 1 MiB
      to do:   give a value within these limits, or leave it out`],
  ['a fraction of a MiB', (stack) => service(stack, { memory: Size.kibibytes(8193) }), `
    dev/service: the prop \`memory\` is not a whole multiple of 1 MiB
      given:   Size.kibibytes(8193)
      allowed: 6 MiB to 64 TiB, in whole multiples of 1 MiB
      to do:   give a value within these limits, or leave it out`],
  ['memory that is not a number', (stack) => service(stack, { memory: Size.mebibytes(NaN) }), `
    Size.mebibytes(NaN): the argument \`amount\` is not a finite number
      given:   NaN
      allowed: 0 or more, in whole bytes
      to do:   write it like Size.mebibytes(5)
      at:      <line>`],
  ['cpu shares below the least', (stack) => service(stack, { cpuShares: 1 }), `
    dev/service: the prop \`cpuShares\` is too small
      given:   1
      allowed: a whole number from 2 to 262144
      to do:   give a value within these limits, or leave it out`],
  ['an environment variable with =', (stack) => service(stack, { environment: { 'A=B': 'c' } }), `
    dev/service: not the name of an environment variable
      given:   "A=B"
      allowed: at least one character, none of them "=", white space or a control character
      to do:   use letters, digits and "_", for example "LOG_LEVEL"`],
  ['an environment variable without a name', (stack) => service(stack, { environment: { '': 'c' } }), `
    dev/service: not the name of an environment variable
      given:   ""
      allowed: at least one character, none of them "=", white space or a control character
      to do:   use letters, digits and "_", for example "LOG_LEVEL"`],
  ['an environment variable that is undefined', (stack) => service(stack, { environment: { A: undefined } }), `
    dev/service: the prop \`environment.A\` is undefined
      allowed: a string
      to do:   give a value, or leave it out; what it is taken from may not be set`],
  ['a secret that is undefined', (stack) => service(stack, { secretEnvironment: { A: undefined } }), `
    dev/service: the prop \`secretEnvironment.A\` is undefined
      allowed: a string
      to do:   give a value, or leave it out; what it is taken from may not be set`],
  ['a secret that is not text', (stack) => service(stack, { secretEnvironment: { A: ['secret'] } }), `
    dev/service: the prop \`secretEnvironment.A\` is not a string
      allowed: a string
      to do:   write it as "…"`],
  ['a number in the environment', (stack) => service(stack, { environment: { A: 1 } }), `
    dev/service: the prop \`environment.A\` is not a string
      given:   1
      allowed: a string
      to do:   write it as "1"`],
  ['a NUL in the environment', (stack) => service(stack, { environment: { A: 'a\0' } }), `
    dev/service: the environment variable A holds a NUL character, which no environment can carry
      allowed: text without U+0000
      to do:   remove the character, or encode the value, for example as base64`],
  ['a variable twice', (stack) => service(stack, { environment: { A: '1' }, secretEnvironment: { A: '2' } }), `
    dev/service: an environment variable is set twice
      given:   "A"
      allowed: each name once in \`environment\`, \`secretEnvironment\` and the variables of connected databases
      to do:   remove one of the two`],
  ['a variable that a database takes', (stack) => service(stack, { environment: { DATABASE_URL: 'x' } }).connectTo(new PostgresDatabase(stack, 'database')), `
    dev/service: the variable that gets the connection is set already
      given:   "DATABASE_URL"
      allowed: a name that neither the environment nor another connection has
      to do:   name another variable: connectTo(…, { variable: "DATABASE_URL_2" }); or remove the other one. A GoServiceWithPostgres connects by itself: give it \`databaseRole\` to connect as a role`],
  ['no database to connect to', (stack) => service(stack).connectTo(undefined as any), `
    dev/service: the argument \`database\` of connectTo() is missing
      allowed: an IBinding
      to do:   give it as database: new ExternalDatabase(…), new PostgresDatabase(…) or PostgresDatabase.fromConnection(…); a variable that you pass may be undefined`],
  ['an empty argument', (stack) => service(stack, { arguments: ['--verbose', ''] }), `
    dev/service: an argument for the program is empty or holds a NUL character
      given:   ""
      allowed: at least one character
      to do:   leave the argument out, or pass the value in an environment variable`],
  ['arguments as one text', (stack) => service(stack, { arguments: '--verbose' }), `
    dev/service: the prop \`arguments\` is not a list of strings
      given:   "--verbose"
      allowed: a list of strings
      to do:   write it as arguments: ["…"], or leave it out`],
  ['a capability with its prefix', (stack) => service(stack, { capabilities: ['CAP_NET_RAW'] }), `
    dev/service: not a capability to keep
      given:   "CAP_NET_RAW"
      allowed: names as in \`man 7 capabilities\` without "CAP_", for example "NET_BIND_SERVICE"
      to do:   write "NET_RAW"`],
  ['all capabilities', (stack) => service(stack, { capabilities: ['ALL'] }), `
    dev/service: not a capability to keep
      given:   "ALL"
      allowed: names as in \`man 7 capabilities\` without "CAP_", for example "NET_BIND_SERVICE"
      to do:   name each capability that the program needs`],
  ['a misspelt capability', (stack) => service(stack, { capabilities: ['NET_ADMN'] }), `
    dev/service: not a capability to keep
      given:   "NET_ADMN"
      allowed: names as in \`man 7 capabilities\` without "CAP_", for example "NET_BIND_SERVICE"
      to do:   write "NET_ADMIN"`],
  ['a mount at a relative path', (stack) => service(stack, { mounts: [ContainerMount.tmpfs('data')] }), `
    ContainerMount.tmpfs("data"): not a path in the container to mount storage at
      given:   "data"
      allowed: an absolute path other than "/", without ":", "..", doubled slashes and control characters
      to do:   give the path that the program uses, for example "/data"
      at:      <line>`],
  ['a mount at the root', (stack) => service(stack, { mounts: [ContainerMount.tmpfs('/')] }), `
    ContainerMount.tmpfs("/"): not a path in the container to mount storage at
      given:   "/"
      allowed: an absolute path other than "/", without ":", "..", doubled slashes and control characters
      to do:   give the path that the program uses, for example "/data"
      at:      <line>`],
  ['two mounts at one path', (stack) => service(stack, { mounts: [ContainerMount.tmpfs('/data'), ContainerMount.volume('data', '/data')] }), `
    dev/service: two mounts at one path of the container
      given:   "/data"
      allowed: each path once in \`mounts\`
      to do:   remove one of them`],
  ['no path to mount at', () => ContainerMount.tmpfs(undefined as any), `
    ContainerMount.tmpfs(): the argument \`containerPath\` is missing
      allowed: a string
      to do:   give it as containerPath: "…"; a variable that you pass may be undefined
      at:      <line>`],
  ['a relative path of the host', (stack) => service(stack, { mounts: [ContainerMount.directory('./data', '/data')] }), `
    ContainerMount.directory("./data", "/data"): not a path of the Docker host to mount
      given:   "./data"
      allowed: an absolute path without ":", "..", doubled slashes and control characters
      to do:   give the absolute path as it is on the machine where the engine runs
      at:      <line>`],
  ['a volume by a path', (stack) => service(stack, { mounts: [ContainerMount.volume('/srv/data', '/data')] }), `
    ContainerMount.volume("/srv/data", "/data"): not the name of a volume
      given:   "/srv/data"
      allowed: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   pass \`volume.name\` of a docker_volume, or use ContainerMount.directory() for a directory of the host
      at:      <line>`],
  ['a tmpfs below a page', (stack) => service(stack, { mounts: [ContainerMount.tmpfs('/data', { size: Size.kibibytes(3) })] }), `
    ContainerMount.tmpfs("/data", { size: Size.kibibytes(3) }): the argument \`options.size\` is too small
      given:   Size.kibibytes(3)
      allowed: 4 KiB to 1 TiB, in whole multiples of 1 KiB
      to do:   give a value within these limits, or leave it out
      at:      <line>`],
  ['a log file that is too small', (stack) => service(stack, { logging: ContainerLogging.jsonFile({ maxSize: Size.kibibytes(1) }) }), `
    ContainerLogging.jsonFile({ maxSize: Size.kibibytes(1) }): the argument \`rotation.maxSize\` is too small
      given:   Size.kibibytes(1)
      allowed: 16 KiB to 100 GiB, in whole multiples of 1 KiB
      to do:   give a value within these limits, or leave it out
      at:      <line>`],
  ['no log files', (stack) => service(stack, { logging: ContainerLogging.local({ maxFiles: 0 }) }), `
    ContainerLogging.local({ maxFiles: 0 }): the argument \`rotation.maxFiles\` is too small
      given:   0
      allowed: a whole number from 1 to 1000
      to do:   give a value within these limits, or leave it out
      at:      <line>`],
  ['a log driver with a space', (stack) => service(stack, { logging: ContainerLogging.of('json file') }), `
    ContainerLogging.of("json file"): not the name of a log driver
      given:   "json file"
      allowed: the name of a driver or plugin, for example "journald"
      to do:   use ContainerLogging.jsonFile() or ContainerLogging.local(), or name a driver of the engine
      at:      <line>`],
  ['a misspelt log driver', (stack) => service(stack, { logging: ContainerLogging.of('jurnald') }), `
    ContainerLogging.of("jurnald"): a log driver that the engine does not have
      given:   "jurnald"
      allowed: awslogs, etwlogs, fluentd, gcplogs, gelf, journald, json-file, local, none, splunk, syslog; a plugin with its tag
      to do:   write "journald"; for a plugin, add its tag: "jurnald:latest"
      at:      <line>`],
  ['a misspelt option of a log driver', (stack) => service(stack, { logging: ContainerLogging.of('json-file', { max_size: '10m' }) }), `
    ContainerLogging.of("json-file", {"max_size":"10m"}): an option that the log driver json-file does not have
      given:   "max_size"
      allowed: mode, max-buffer-size, cache-disabled, cache-max-size, cache-max-file, cache-compress, labels, labels-regex, env, env-regex, tag, max-size, max-file, compress
      to do:   write "max-size"
      at:      <line>`],
  ['a restart policy as text', (stack) => service(stack, { restart: 'always' }), `
    dev/service: the prop \`restart\` is not a RestartPolicy
      given:   "always"
      allowed: a RestartPolicy
      to do:   write it as restart: RestartPolicy.unlessStopped(), or leave it out`],
  ['no restarts', (stack) => service(stack, { restart: RestartPolicy.onFailure(0) }), `
    RestartPolicy.onFailure(0): the argument \`maximumRetryCount\` is too small
      given:   0
      allowed: a whole number from 1 to 2147483647
      to do:   give a value within these limits, or leave it out
      at:      <line>`],
  ['a number as the shutdown timeout', (stack) => service(stack, { shutdownTimeout: 30 }), `
    dev/service: the prop \`shutdownTimeout\` is not a Duration
      given:   30
      allowed: a Duration
      to do:   write it as shutdownTimeout: Duration.seconds(30), or leave it out`],
  ['a shutdown timeout of zero', (stack) => service(stack, { shutdownTimeout: Duration.seconds(0) }), `
    dev/service: the prop \`shutdownTimeout\` is too small
      given:   Duration.seconds(0)
      allowed: 1 s to 24 h, in whole multiples of 1 s
      to do:   give a value within these limits, or leave it out`],
  ['a fraction of a second for the shutdown', (stack) => service(stack, { shutdownTimeout: Duration.milliseconds(1500) }), `
    dev/service: the prop \`shutdownTimeout\` is not a whole multiple of 1 s
      given:   Duration.milliseconds(1500)
      allowed: 1 s to 24 h, in whole multiples of 1 s
      to do:   give a value within these limits, or leave it out`],
  ['a health check of an image without a probe', (stack) => service(stack, { image: ContainerImage.fromRegistry('acme/api:1') }), `
    dev/service: the image holds no probe to run the health check with
      allowed: HealthCheck.http and HealthCheck.tcp with images that this library builds with their probe
      to do:   use HealthCheck.shell("…") or HealthCheck.command([…]) with a program of the image, or HealthCheck.none()`],
  ['a shell check of an image without a shell', (stack) => service(stack, { image: image(stack), healthCheck: HealthCheck.shell('test -f /ready') }), `
    dev/service: the image holds no shell to run the health check in
      given:   "test -f /ready"
      allowed: HealthCheck.http, HealthCheck.tcp, HealthCheck.command with a program of the image
      to do:   use HealthCheck.http("/healthz") or HealthCheck.tcp(), which need no shell`],
  ['a path as the health check', (stack) => service(stack, { healthCheck: '/healthz' }), `
    dev/service: the prop \`healthCheck\` is not a HealthCheck
      given:   "/healthz"
      allowed: a HealthCheck
      to do:   write it as healthCheck: HealthCheck.http("/healthz"), or leave it out`],
  ['a health check of a path without a slash', (stack) => service(stack, { healthCheck: HealthCheck.http('healthz') }), `
    HealthCheck.http("healthz"): the path of the health check does not start with a slash
      given:   "healthz"
      allowed: a path on the server, with an optional query
      to do:   write it like HealthCheck.http("/healthz")
      at:      <line>`],
  ['a number as the interval of a health check', () => HealthCheck.http('/healthz', { interval: 5 as any }), `
    HealthCheck.http("/healthz", { interval: 5 }): the argument \`options.interval\` is not a Duration
      given:   5
      allowed: a Duration
      to do:   write it as interval: Duration.seconds(5), or leave it out
      at:      <line>`],
  ['a label of the library', (stack) => service(stack, { labels: { 'cdktf-go-docker.x': '1' } }), `
    dev/service: not the name of a label
      given:   "cdktf-go-docker.x"
      allowed: letters, digits, ".", "_", "/" and "-"; names that start with "cdktf-go-docker." are the library's own
      to do:   rename the label, for example to "com.example.team"`],
  ['a construct that runs nothing to wait for', (stack) => service(stack, { after: [new ContainerNetwork(stack, 'network')] }), `
    dev/service: the prop \`after[0]\` is not an ITerraformDependable
      given:   an object of the class ContainerNetwork
      allowed: an ITerraformDependable
      to do:   write it as new ContainerService(…) or new Gateway(…)`],
  ['a network by its name', (stack) => service(stack, { networks: ['proxy'] }), `
    dev/service: the prop \`networks[0]\` is not an IContainerNetwork
      given:   "proxy"
      allowed: an IContainerNetwork
      to do:   write it as new ContainerNetwork(…) or ContainerNetwork.fromName(…)`],
  ['a network without a name', (stack) => service(stack).joinNetwork({} as any), `
    dev/service: the argument \`network\` of joinNetwork() is not an IContainerNetwork
      given:   {}
      allowed: an IContainerNetwork
      to do:   write it as network: new ContainerNetwork(…) or ContainerNetwork.fromName(…)`],
  ['a network name with a space', (stack) => new ContainerNetwork(stack, 'network', { name: 'my network' }), `
    dev/network: not a name for a network
      given:   "my network"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the network is then named after the construct's path`],
  ['the same network name twice', (stack) => [new ContainerNetwork(stack, 'one', { name: 'shared' }), new ContainerNetwork(stack, 'two', { name: 'shared' })], `
    dev/two: another network of the stack has the same name: dev/one
      given:   "shared"
      allowed: a name that is used once in a stack
      to do:   give one of the two another name, or leave \`name\` out: names then follow from the constructs' paths`],
  ['ids that give one name', (stack) => [new ContainerNetwork(stack, 'shop-api'), new ContainerNetwork(new Construct(stack, 'shop'), 'api')], `
    dev/shop/api: the Docker objects of this construct would have the same name as those of dev/shop-api
      given:   "dev-shop-api"
      allowed: ids whose paths still differ in lower case and joined by hyphens
      to do:   change the id of one of the two constructs`],
  // --- databases
  ['a version as text', (stack) => database(stack, { version: '17' }), `
    dev/database: the prop \`version\` is not a PostgresVersion
      given:   "17"
      allowed: a PostgresVersion
      to do:   write it as version: PostgresVersion.V17, or leave it out`],
  ['a version that is none', (stack) => database(stack, { version: PostgresVersion.of('latest') }), `
    PostgresVersion.of("latest"): not a version of PostgreSQL
      given:   "latest"
      allowed: a tag of the official image that begins with the major version, 10 or later, for example "17", "17.2" or "17-alpine"
      to do:   use PostgresVersion.V17, or PostgresVersion.of() with such a tag; for an image of your own give \`image\` as well
      at:      <line>`],
  ['a version before 10', (stack) => database(stack, { version: PostgresVersion.of('9.6') }), `
    PostgresVersion.of("9.6"): not a version of PostgreSQL
      given:   "9.6"
      allowed: a tag of the official image that begins with the major version, 10 or later, for example "17", "17.2" or "17-alpine"
      to do:   use PostgresVersion.V17, or PostgresVersion.of() with such a tag; for an image of your own give \`image\` as well
      at:      <line>`],
  ['an image that is malformed', (stack) => database(stack, { image: 'Postgres' }), `
    dev/database: not an image reference
      given:   "Postgres"
      allowed: a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…
      to do:   write it in lower case and without spaces`],
  ['a database name that is too long', (stack) => database(stack, { databaseName: 'x'.repeat(64) }), `
    dev/database: not a name for a PostgreSQL database
      given:   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      allowed: 1 to 63 bytes of UTF-8 without "=" and control characters, and not a connection URL
      to do:   choose another name, for example "shop"`],
  ['a database name with a line end', (stack) => database(stack, { databaseName: 'a\nb' }), `
    dev/database: not a name for a PostgreSQL database
      given:   "a\\nb"
      allowed: 1 to 63 bytes of UTF-8 without "=" and control characters, and not a connection URL
      to do:   choose another name, for example "shop"`],
  ['an empty database name', (stack) => database(stack, { databaseName: '' }), `
    dev/database: not a name for a PostgreSQL database
      given:   ""
      allowed: 1 to 63 bytes of UTF-8 without "=" and control characters, and not a connection URL
      to do:   choose another name, for example "shop"`],
  ['a reserved user name', (stack) => database(stack, { credentials: DatabaseCredentials.generated('pg_admin') }), `
    DatabaseCredentials.generated("pg_admin"): PostgreSQL keeps user names that start with "pg_" for itself
      given:   "pg_admin"
      allowed: any other name
      to do:   choose another name
      at:      <line>`],
  ['an empty password', (stack) => database(stack, { credentials: DatabaseCredentials.plainText('') }), `
    DatabaseCredentials.plainText(…): the password is empty
      allowed: one line of text
      to do:   use DatabaseCredentials.generated()
      at:      <line>`],
  ['a password with a line end', (stack) => database(stack, { credentials: DatabaseCredentials.plainText('secret\n') }), `
    DatabaseCredentials.plainText(…): the password holds a line end or a NUL character
      allowed: one line of text
      to do:   use DatabaseCredentials.generated()
      at:      <line>`],
  ['no password', () => DatabaseCredentials.plainText(undefined as any), `
    DatabaseCredentials.plainText(): the argument \`password\` is missing
      allowed: a string
      to do:   give it as password: "…"; a variable that you pass may be undefined
      at:      <line>`],
  ['a password as text', (stack) => database(stack, { credentials: 'secret' }), `
    dev/database: the prop \`credentials\` is not a DatabaseCredentials
      allowed: a DatabaseCredentials
      to do:   write it as credentials: DatabaseCredentials.generated(), or leave it out`],
  ['a parameter of the construct', (stack) => database(stack, { parameters: { listen_addresses: '*' } }), `
    dev/database: a PostgreSQL setting that the construct itself is responsible for
      given:   "listen_addresses"
      allowed: any other than config_file, data_directory, hba_file, listen_addresses, port, unix_socket_directories
      to do:   leave it out: services and the health check need the database on all addresses of its private network`],
  ['a parameter with its value in the name', (stack) => database(stack, { parameters: { 'work_mem=64MB': '' } }), `
    dev/database: not the name of a PostgreSQL setting
      given:   "work_mem=64MB"
      allowed: names as in postgresql.conf, for example "work_mem"
      to do:   give the name alone; its value is the value of the entry in \`parameters\``],
  ['a parameter with a line end', (stack) => database(stack, { parameters: { work_mem: '64MB\n' } }), `
    dev/database: not a value for the PostgreSQL setting work_mem
      given:   "64MB\\n"
      allowed: one line of text, for example "64MB" or "on"
      to do:   write the value as in postgresql.conf, as a string and without quotes`],
  ['a list as the parameters', (stack) => database(stack, { parameters: ['work_mem'] }), `
    dev/database: the prop \`parameters\` is not an object with strings as its values
      given:   ["work_mem"]
      allowed: an object with strings as its values
      to do:   write it as parameters: { name: "…" }, or leave it out`],
  ['a number as a parameter', (stack) => database(stack, { parameters: { max_connections: 200 } }), `
    dev/database: the prop \`parameters.max_connections\` is not a string
      given:   200
      allowed: a string
      to do:   write it as "200"`],
  ['more shared memory than memory', (stack) => database(stack, { memory: Size.mebibytes(128), sharedMemory: Size.mebibytes(256) }), `
    dev/database: the prop \`sharedMemory\` is too large
      given:   Size.mebibytes(256)
      allowed: 1 MiB to 128 MiB, in whole multiples of 1 MiB
      to do:   give a size up to \`memory\`, which it counts towards`],
  ['a startup timeout of zero', (stack) => database(stack, { startupTimeout: Duration.seconds(0) }), `
    dev/database: the prop \`startupTimeout\` is too small
      given:   Duration.seconds(0)
      allowed: 1 s to 24 h, in whole multiples of 1 s
      to do:   give a value within these limits, or leave it out`],
  ['a volume name with a slash', (stack) => database(stack, { volumeName: 'a/b' }), `
    dev/database: not a name for a volume
      given:   "a/b"
      allowed: 2 to 63 characters: letters, digits, "_", "." and "-", the first one a letter or a digit
      to do:   choose another name, or leave it out: the volume is then named after the construct's path`],
  ['the same volume twice', (stack) => [database(stack, { volumeName: 'data' }), database(stack, { volumeName: 'data' }, 'other')], `
    dev/other: another volume of the stack has the same name: dev/database
      given:   "data-17"
      allowed: a name that is used once in a stack
      to do:   give one of the two another name, or leave \`volumeName\` out: names then follow from the constructs' paths`],
  ['an init script that is missing', (stack) => database(stack, { initScripts: ['schema.sql'] }), `
    dev/database: no such init script
      given:   "schema.sql"
      allowed: existing files; relative paths are relative to cdktf.json
      to do:   correct the path, or create the file`],
  ['an init script with the line ends of Windows', (stack) => database(stack, { initScripts: [`${directory({ 'a.sh': 'set -e\r\n' })}/a.sh`] }), `
    dev/database: an init script with the line ends of Windows, which a shell takes as part of its commands
      given:   "<directory>/a.sh"
      allowed: lines that end with LF; .sql files may have both
      to do:   convert the file, for example with dos2unix, and add "*.sh text eol=lf" to .gitattributes`],
  ['a directory of init scripts', (stack) => database(stack, { initScripts: [directory({ 'a.sql': '' })] }), `
    dev/database: no such init script
      given:   "<directory>"
      allowed: existing files; relative paths are relative to cdktf.json
      to do:   list the files of the directory one by one`],
  ['an init script of another kind', (stack) => database(stack, { initScripts: [`${directory({ 'a.txt': '' })}/a.txt`] }), `
    dev/database: not a file that the PostgreSQL image runs at its first start
      given:   "<directory>/a.txt"
      allowed: names of letters, digits, "_", "." and "-" that end in .sql, .sql.gz, .sql.xz, .sql.zst or .sh
      to do:   rename the file; scripts run in the order of their names`],
  ['an init script with a space in its name', (stack) => database(stack, { initScripts: [`${directory({ 'a b.sql': '' })}/a b.sql`] }), `
    dev/database: not a file that the PostgreSQL image runs at its first start
      given:   "<directory>/a b.sql"
      allowed: names of letters, digits, "_", "." and "-" that end in .sql, .sql.gz, .sql.xz, .sql.zst or .sh
      to do:   rename the file; scripts run in the order of their names`],
  ['two init scripts of one name', (stack) => database(stack, { initScripts: [`${directory({ 'a.sql': '' })}/a.sql`, `${directory({ 'a.sql': '' })}/a.sql`] }), `
    dev/database: two files for one place in the image
      given:   "init/a.sql"
      allowed: each path once
      to do:   remove one of them`],
  // --- the whole
  ['no source of a service with a database', (stack) => new GoServiceWithPostgres(stack, 'shop', { source: undefined as any }), `
    dev/shop: the prop \`source\` is missing
      allowed: a string
      to do:   give it as source: "services/shop"; a variable that you pass may be undefined`],
  ['a wrong option of the database within', (stack) => new GoServiceWithPostgres(stack, 'shop', { source: directory(PROGRAM), database: { databaseName: '' } }), `
    dev/shop/Database: not a name for a PostgreSQL database
      given:   ""
      allowed: 1 to 63 bytes of UTF-8 without "=" and control characters, and not a connection URL
      to do:   choose another name, for example "shop"`],
  ['a module that is missing', () => GoModule.fromDirectory('/nonexistent/module'), `
    GoModule.fromDirectory("/nonexistent/module"): the source directory does not exist
      given:   "/nonexistent/module"
      allowed: a directory of a Go module
      to do:   create the module with go mod init, or correct the path (it was looked for at /nonexistent/module)
      at:      <line>`],
];

test.each(CASES)('%s', (_, action, error) => {
  expect(refusal(action)).toBe(withoutIndentation(error));
});

test('the names of the cases are different', () => {
  expect(new Set(CASES.map(([name]) => name)).size).toBe(CASES.length);
});

function refusal(action: (stack: TerraformStack) => unknown): string {
  const error = errorOf(() => action(new TerraformStack(Testing.app(), 'dev')));
  // Another error than ours would show a stack trace and no remedy.
  expect(error.name).toBe('InputError');
  return stable(error.message);
}

/** Without what differs between runs, between releases of OpenSSL, and with each line of this file. */
function stable(text: string): string {
  const parts = text.split(path.join(fs.realpathSync(os.tmpdir()), 'go-module-'));
  return parts.map((part, index) => index === 0 ? part : `<directory>${part.slice(6)}`).join('')
    .replace(/error:[0-9A-F]+:.*/, '<reason>')
    .replace(/test\/bad-inputs\.test\.ts:\d+/, '<line>');
}

function withoutIndentation(text: string): string {
  return text.split('\n').slice(1).map((line) => line.slice(4)).join('\n');
}
