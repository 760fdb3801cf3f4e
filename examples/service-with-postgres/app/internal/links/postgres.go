package links

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// uniqueViolation is the SQLSTATE of a broken UNIQUE constraint:
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const uniqueViolation = "23505"

const columns = `id, slug, url, created_at, visits, last_visit_at`

// PostgresStore keeps links in the table that the migrations create.
type PostgresStore struct {
	pool *pgxpool.Pool
}

func NewPostgresStore(pool *pgxpool.Pool) *PostgresStore {
	return &PostgresStore{pool: pool}
}

// Create stores a link. It returns ErrSlugTaken when there is one already.
func (s *PostgresStore) Create(ctx context.Context, slug, url string) (Link, error) {
	return s.one(ctx, `INSERT INTO links (slug, url) VALUES ($1, $2) RETURNING `+columns, slug, url)
}

// Get returns a link, or ErrNotFound.
func (s *PostgresStore) Get(ctx context.Context, slug string) (Link, error) {
	return s.one(ctx, `SELECT `+columns+` FROM links WHERE slug = $1`, slug)
}

// Visit counts a visit and returns the link, or ErrNotFound.
func (s *PostgresStore) Visit(ctx context.Context, slug string) (Link, error) {
	return s.one(ctx, `UPDATE links SET visits = visits + 1, last_visit_at = now() WHERE slug = $1 RETURNING `+columns, slug)
}

// Delete removes a link and returns what it was, or ErrNotFound.
func (s *PostgresStore) Delete(ctx context.Context, slug string) (Link, error) {
	return s.one(ctx, `DELETE FROM links WHERE slug = $1 RETURNING `+columns, slug)
}

// List returns up to limit links, newest first, that are older than the one with
// the ID before; 0 starts with the newest.
func (s *PostgresStore) List(ctx context.Context, before int64, limit int) ([]Link, error) {
	rows, err := s.pool.Query(ctx, `SELECT `+columns+` FROM links WHERE $1 = 0 OR id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	if err != nil {
		return nil, explain(err)
	}
	links, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Link])
	return links, explain(err)
}

func (s *PostgresStore) one(ctx context.Context, sql string, args ...any) (Link, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return Link{}, explain(err)
	}
	link, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Link])
	return link, explain(err)
}

// explain turns what callers can act on into the errors of this package.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	if answer, ok := errors.AsType[*pgconn.PgError](err); ok {
		if answer.Code == uniqueViolation {
			return ErrSlugTaken
		}
		// Severity FATAL ends the connection: shutting down, starting up, too many clients.
		if answer.Severity != "FATAL" {
			return err
		}
	}
	// No answer from the server: connection refused or lost, or out of time.
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
