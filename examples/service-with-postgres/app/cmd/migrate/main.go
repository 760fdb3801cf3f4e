// Command migrate brings the database schema up to date and exits: with 0 when
// there is nothing left to do, with 1 when anything failed, in which case the
// schema is as it was. It may run any number of times, also at the same time.
//
// Its settings are environment variables: DATABASE_URL, DATABASE_CONNECT_TIMEOUT,
// MIGRATE_TIMEOUT and LOG_LEVEL, which internal/config explains.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"example.com/links/internal/config"
	"example.com/links/internal/database"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		slog.Error("migration failed", "error", err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	settings, err := config.Load(os.Getenv)
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: settings.LogLevel}))
	slog.SetDefault(logger)
	if err != nil {
		return err
	}
	pool, err := database.Open(ctx, database.Options{
		URL:            settings.DatabaseURL,
		MaxConnections: 1,
		ConnectTimeout: settings.DatabaseConnectTimeout,
	}, logger)
	if err != nil {
		return err
	}
	defer pool.Close()

	ctx, cancel := context.WithTimeout(ctx, settings.MigrateTimeout)
	defer cancel()
	return database.Migrate(ctx, pool, logger)
}
