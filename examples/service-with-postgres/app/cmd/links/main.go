// Command links is a link shortener: it stores links in PostgreSQL, redirects
// visitors and counts their visits.
//
//	curl localhost:8080/links --json '{"url": "https://go.dev/doc/", "slug": "docs"}'
//	curl -i localhost:8080/docs
//	curl 'localhost:8080/links?zone=America/New_York'
//
// GET / lists all endpoints. Anyone who can reach the service can add and delete
// links: it is meant for loopback, or to stand behind something that knows users.
//
// The settings are environment variables, which internal/config explains. Only
// DATABASE_URL is required.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/links/internal/config"
	"example.com/links/internal/database"
	"example.com/links/internal/httpapi"
	"example.com/links/internal/links"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	// After the first signal, a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	if err := run(ctx); err != nil {
		slog.Error("links failed", "error", err.Error())
		os.Exit(1)
	}
	slog.Info("stopped")
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
		MaxConnections: settings.DatabaseMaxConnections,
		ConnectTimeout: settings.DatabaseConnectTimeout,
	}, logger)
	if err != nil {
		return err
	}
	defer pool.Close()

	if err := prepareSchema(ctx, pool, settings, logger); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", ":"+strconv.Itoa(int(settings.Port)))
	if err != nil {
		return fmt.Errorf("listen on PORT: %w", err)
	}
	logger.Info("listening", "address", listener.Addr().String())
	api := httpapi.New(links.NewPostgresStore(pool), pool, logger)
	return api.Serve(ctx, listener, settings.ShutdownDelay, settings.DrainTimeout)
}

// prepareSchema migrates, or checks that somebody else did.
func prepareSchema(ctx context.Context, pool *pgxpool.Pool, settings config.Config, logger *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, settings.MigrateTimeout)
	defer cancel()
	if settings.MigrateOnStart {
		return database.Migrate(ctx, pool, logger)
	}
	return database.CheckSchema(ctx, pool)
}
