package database

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/links/internal/database/databasetest"
)

func TestEmbeddedMigrationsAreInOrder(t *testing.T) {
	migrations, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	if len(migrations) < 2 || migrations[0].name != "0001_create_links.sql" || migrations[1].version != 2 {
		t.Errorf("got %+v", migrations)
	}
}

func TestReadMigrationsProblems(t *testing.T) {
	for want, files := range map[string][]string{
		`migration "create.sql": name it like 0001_create_links.sql`:      {"create.sql"},
		`migration "0001_Create.sql": name it like 0001_create_links.sql`: {"0001_Create.sql"},
		`migration "0002_b.sql": expected number 0001 here`:               {"0002_b.sql"},
		`migration "0003_c.sql": expected number 0002 here`:               {"0001_a.sql", "0003_c.sql"},
		`migration "0001_b.sql": expected number 0002 here`:               {"0001_a.sql", "0001_b.sql"},
	} {
		tree := fstest.MapFS{}
		for _, name := range files {
			tree["migrations/"+name] = &fstest.MapFile{Data: []byte("SELECT 1")}
		}
		if _, err := readMigrations(tree); err == nil || err.Error() != want {
			t.Errorf("%v: got %v, want %s", files, err, want)
		}
	}
}

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := Open(t.Context(), Options{URL: databasetest.URL(t), MaxConnections: 10, ConnectTimeout: time.Minute}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func versions(t *testing.T, pool *pgxpool.Pool) []int {
	t.Helper()
	var found []int
	if err := pool.QueryRow(t.Context(), `SELECT array_agg(version ORDER BY version) FROM schema_migrations`).Scan(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestMigrateFromManyProcessesAtOnce(t *testing.T) {
	pool := open(t)
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			if err := Migrate(t.Context(), pool, quiet); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if got := versions(t, pool); len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("versions %v, want [1 2]", got)
	}
	if err := CheckSchema(t.Context(), pool); err != nil {
		t.Error(err)
	}
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	pool := open(t)
	migrations := []migration{
		{1, "0001_good.sql", "CREATE TABLE good (id integer)"},
		{2, "0002_bad.sql", "CREATE TABLE half (id integer); CREATE TABLE broken (id nonsense)"},
	}
	err := apply(t.Context(), pool, migrations, quiet)
	if err == nil || !strings.HasPrefix(err.Error(), "migrate, nothing was changed: 0002_bad.sql: ") {
		t.Fatalf("got %v", err)
	}
	var tables int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables != 0 {
		t.Errorf("%d tables were left behind", tables)
	}

	migrations[1].sql = "CREATE TABLE half (id integer); CREATE TABLE whole (id integer)"
	if err := apply(t.Context(), pool, migrations, quiet); err != nil {
		t.Fatal(err)
	}
	if got := versions(t, pool); len(got) != 2 {
		t.Errorf("versions %v, want [1 2]", got)
	}
}

func TestMigrateLeavesNewerSchemaAlone(t *testing.T) {
	pool := open(t)
	newer := []migration{{1, "0001_a.sql", "SELECT 1"}, {2, "0002_b.sql", "SELECT 1"}, {3, "0003_c.sql", "SELECT 1"}}
	if err := apply(t.Context(), pool, newer, quiet); err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), pool, quiet); err != nil {
		t.Fatal(err)
	}
	if err := CheckSchema(t.Context(), pool); err != nil {
		t.Error(err)
	}
	if got := versions(t, pool); len(got) != 3 {
		t.Errorf("versions %v, want [1 2 3]", got)
	}
}

func TestCheckSchemaTellsWhatIsMissing(t *testing.T) {
	pool := open(t)
	want := "the database schema is at version %s and this program needs 2: run cmd/migrate, or set MIGRATE_ON_START=true"
	if err := CheckSchema(t.Context(), pool); err == nil || err.Error() != strings.Replace(want, "%s", "0", 1) {
		t.Errorf("empty database: got %v", err)
	}
	if err := apply(t.Context(), pool, []migration{{1, "0001_a.sql", "SELECT 1"}}, quiet); err != nil {
		t.Fatal(err)
	}
	if err := CheckSchema(t.Context(), pool); err == nil || err.Error() != strings.Replace(want, "%s", "1", 1) {
		t.Errorf("old database: got %v", err)
	}
}
