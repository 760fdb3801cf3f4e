// Command my-service counts its visitors in PostgreSQL. It answers over HTTP on PORT until it gets a SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	database, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer database.Close()
	if _, err := database.Exec(ctx, "CREATE TABLE IF NOT EXISTS visits (at timestamptz NOT NULL DEFAULT now())"); err != nil {
		return err
	}

	http.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		var visits int
		err := database.QueryRow(r.Context(), "WITH new AS (INSERT INTO visits DEFAULT VALUES) SELECT count(*) + 1 FROM visits").Scan(&visits)
		if err != nil {
			log.Print(err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "Hello from my-service. Visits: %d.\n", visits)
	})
	// The health check: whoever deploys waits for it. It fails while the service cannot work.
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if err := database.Ping(r.Context()); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		}
	})

	server := &http.Server{Addr: ":" + os.Getenv("PORT"), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Print("listening on ", server.Addr)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}

	// A new version is deployed. Finish the requests that have begun.
	drain, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(drain); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
