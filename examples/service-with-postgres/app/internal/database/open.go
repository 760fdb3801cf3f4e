// Package database opens the connection pool and brings the schema up to date.
package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	firstRetryPause   = 200 * time.Millisecond
	longestRetryPause = 3 * time.Second
	attemptTimeout    = 5 * time.Second
)

// Options say how to reach the database.
type Options struct {
	URL            string        // postgres://user:password@host:port/database?…
	MaxConnections int32         // 0 leaves the choice to the URL (pool_max_conns) or pgx
	ConnectTimeout time.Duration // how long to retry the first connection
}

// Open returns a pool after a first connection succeeded. It retries, because a
// database often starts together with its clients, but gives up at once when the
// server refuses the user, the password or the database: that does not heal.
func Open(ctx context.Context, options Options, logger *slog.Logger) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(options.URL)
	if err != nil {
		// The cause is left out: it may quote parts of the URL, which holds the password.
		return nil, errors.New("DATABASE_URL is not a valid PostgreSQL URL: " +
			"expected postgres://user:password@host:port/database with special characters percent-encoded")
	}
	if options.MaxConnections > 0 {
		config.MaxConns = options.MaxConnections
		config.MinConns = min(config.MinConns, config.MaxConns)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("create the connection pool: %w", err)
	}
	if err := waitUntilReachable(ctx, pool, options.ConnectTimeout, logger); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func waitUntilReachable(ctx context.Context, pool *pgxpool.Pool, patience time.Duration, logger *slog.Logger) error {
	deadline := time.Now().Add(patience)
	for pause := firstRetryPause; ; pause = min(2*pause, longestRetryPause) {
		err := ping(ctx, pool)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("stopped while waiting for the database: %w", ctx.Err())
		case isRefusal(err):
			return fmt.Errorf("the database refuses the connection: %w", err)
		case time.Now().Add(pause).After(deadline):
			return fmt.Errorf("the database was not reachable within %v: %w", patience, err)
		}
		logger.Warn("database not reachable yet", "retry_in", pause.String(), "error", err.Error())
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

func ping(ctx context.Context, pool *pgxpool.Pool) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	return pool.Ping(ctx)
}

// isRefusal tells SQLSTATE classes 28 (invalid authorization) and 3D (no such
// database): https://www.postgresql.org/docs/current/errcodes-appendix.html
func isRefusal(err error) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.HasPrefix(answer.Code, "28") || strings.HasPrefix(answer.Code, "3D"))
}
