package database

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"regexp"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrationLock is the key of the advisory lock that lets one process migrate at
// a time. Any number will do, as long as nothing else in the database uses it.
const migrationLock = 7_305_811_426_093

var migrationName = regexp.MustCompile(`^([0-9]{4})_[a-z0-9_]+\.sql$`)

type migration struct {
	version int
	name    string
	sql     string
}

// Migrate applies the migrations that the database does not have yet, all of
// them or, when one fails, none. Processes that call it at the same time wait
// for each other. A database that is ahead of this program is left as it is:
// during a rollout, an old version may start again next to a new one.
func Migrate(ctx context.Context, pool *pgxpool.Pool, logger *slog.Logger) error {
	migrations, err := readMigrations(embedded)
	if err != nil {
		return err
	}
	return apply(ctx, pool, migrations, logger)
}

func apply(ctx context.Context, pool *pgxpool.Pool, migrations []migration, logger *slog.Logger) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// The lock goes with the transaction, so that it cannot outlive a crash.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
			return fmt.Errorf("wait for the migration lock: %w", err)
		}
		_, err := tx.Exec(ctx, `
			CREATE TABLE IF NOT EXISTS schema_migrations (
				version    integer     PRIMARY KEY,
				name       text        NOT NULL,
				applied_at timestamptz NOT NULL DEFAULT now()
			)`)
		if err != nil {
			return fmt.Errorf("create schema_migrations: %w", err)
		}
		current, err := currentVersion(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range migrations {
			if m.version <= current {
				continue
			}
			logger.Info("applying migration", "name", m.name)
			if _, err := tx.Exec(ctx, m.sql); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO schema_migrations (version, name) VALUES ($1, $2)`, m.version, m.name); err != nil {
				return fmt.Errorf("record %s: %w", m.name, err)
			}
			current = m.version
		}
		logger.Info("database schema is up to date", "version", current)
		return nil
	})
	if err != nil {
		return fmt.Errorf("migrate, nothing was changed: %w", err)
	}
	return nil
}

// CheckSchema fails when migrations are missing in the database.
func CheckSchema(ctx context.Context, pool *pgxpool.Pool) error {
	migrations, err := readMigrations(embedded)
	if err != nil {
		return err
	}
	var migrated bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass('schema_migrations') IS NOT NULL`).Scan(&migrated); err != nil {
		return fmt.Errorf("check the schema: %w", err)
	}
	current := 0
	if migrated {
		if current, err = currentVersion(ctx, pool); err != nil {
			return err
		}
	}
	if wanted := len(migrations); current < wanted {
		return fmt.Errorf("the database schema is at version %d and this program needs %d: run cmd/migrate, or set MIGRATE_ON_START=true", current, wanted)
	}
	return nil
}

type queryer interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func currentVersion(ctx context.Context, db queryer) (int, error) {
	var version int
	if err := db.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM schema_migrations`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read schema_migrations: %w", err)
	}
	return version, nil
}

// readMigrations returns the files below migrations/ in order. They are numbered
// 0001, 0002, … without gaps, so that two branches that add one each conflict
// here and not in production.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	var migrations []migration
	for i, name := range names {
		base := path.Base(name)
		match := migrationName.FindStringSubmatch(base)
		if match == nil {
			return nil, fmt.Errorf("migration %q: name it like 0001_create_links.sql", base)
		}
		version, err := strconv.Atoi(match[1])
		if err != nil {
			return nil, fmt.Errorf("migration %q: %w", base, err)
		}
		if version != i+1 {
			return nil, fmt.Errorf("migration %q: expected number %04d here", base, i+1)
		}
		sql, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		migrations = append(migrations, migration{version: version, name: base, sql: string(sql)})
	}
	return migrations, nil
}
