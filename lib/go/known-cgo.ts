/** A module whose packages use cgo. */
export interface KnownCgoModule {
  /** The path of a module, without a major version at its end, or the path of a package. Packages below it count. */
  readonly path: string;
  /** Whether it compiles without cgo. It then fails when the program runs. */
  readonly compiles?: boolean;
  /** Packages in pure Go that do the same. */
  readonly instead?: string;
  /** The module with cgo that it imports. Without it, its own packages use cgo. */
  readonly imports?: string;
}

const MATTN_SQLITE = 'github.com/mattn/go-sqlite3';

/** Well-known modules that need cgo in every version. Those that compile without it are found by name alone. */
const KNOWN: readonly KnownCgoModule[] = [
  // Without cgo it is a stub (static_mock.go): "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work".
  { path: MATTN_SQLITE, compiles: true, instead: 'modernc.org/sqlite or github.com/ncruces/go-sqlite3' },
  { path: 'gorm.io/driver/sqlite', imports: MATTN_SQLITE, instead: 'github.com/glebarez/sqlite' },
  {
    path: 'github.com/golang-migrate/migrate/database/sqlite3',
    imports: MATTN_SQLITE,
    instead: 'github.com/golang-migrate/migrate/v4/database/sqlite',
  },
  { path: 'github.com/mutecomm/go-sqlcipher', instead: 'github.com/ncruces/go-sqlite3' },
  { path: 'crawshaw.io/sqlite', instead: 'zombiezen.com/go/sqlite' },
  { path: 'github.com/marcboeker/go-duckdb' },
  { path: 'github.com/duckdb/duckdb-go' },
  { path: 'github.com/godror/godror', instead: 'github.com/sijms/go-ora' },
  { path: 'github.com/confluentinc/confluent-kafka-go/kafka', instead: 'github.com/twmb/franz-go or github.com/segmentio/kafka-go' },
  { path: 'github.com/DataDog/zstd', instead: 'github.com/klauspost/compress/zstd' },
  { path: 'github.com/valyala/gozstd', instead: 'github.com/klauspost/compress/zstd' },
  { path: 'github.com/linxGnu/grocksdb', instead: 'github.com/cockroachdb/pebble' },
  { path: 'github.com/tecbot/gorocksdb', instead: 'github.com/cockroachdb/pebble' },
  { path: 'github.com/bmatsuo/lmdb-go/lmdb', instead: 'go.etcd.io/bbolt' },
  { path: 'github.com/pebbe/zmq4', instead: 'github.com/go-zeromq/zmq4' },
  { path: 'github.com/google/gopacket/pcap' },
  { path: 'github.com/gopacket/gopacket/pcap' },
  { path: 'github.com/davidbyttow/govips/vips' },
  { path: 'github.com/h2non/bimg' },
  { path: 'gopkg.in/gographics/imagick.v3/imagick' },
  { path: 'github.com/libgit2/git2go', instead: 'github.com/go-git/go-git' },
  { path: 'github.com/miekg/pkcs11' },
  { path: 'github.com/msteinert/pam' },
  { path: 'github.com/coreos/go-systemd/sdjournal' },
  { path: 'rogchap.com/v8go', instead: 'github.com/dop251/goja' },
  { path: 'github.com/bytecodealliance/wasmtime-go', instead: 'github.com/tetratelabs/wazero' },
  { path: 'github.com/wasmerio/wasmer-go/wasmer', instead: 'github.com/tetratelabs/wazero' },
];

/** The known module of an imported package. */
export function knownCgoModule(importPath: string): KnownCgoModule | undefined {
  const plain = `${withoutMajorVersion(importPath)}/`;
  return KNOWN.find((known) => plain.startsWith(`${known.path}/`));
}

/** The modules that compile without cgo and fail when the program runs, sorted. */
export function cgoModulesThatCompile(): string[] {
  return KNOWN.filter(({ compiles }) => compiles).map(({ path }) => path).sort();
}

/** Whether a package is one of those that the user has named, or below one. */
export function isBelowOneOf(importPath: string, names: readonly string[]): boolean {
  return names.some((name) => importPath === name || importPath.startsWith(`${name}/`));
}

/** `github.com/x/y/v2/z` as `github.com/x/y/z`. */
function withoutMajorVersion(importPath: string): string {
  return importPath.replace(/\/v[2-9][0-9]*(?=\/|$)/, '');
}
