package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve answers requests until ctx ends. It then stops in three steps, so that
// no request is lost:
//
//  1. For the time of delay it still answers everything, but /readyz says 503:
//     load balancers notice and send new requests elsewhere.
//  2. It accepts no more connections and finishes the requests in flight,
//     for at most the time of drain.
//  3. It cuts off what is left, which is an error.
func (a *API) Serve(ctx context.Context, listener net.Listener, delay, drain time.Duration) error {
	server := &http.Server{
		Handler:           a.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(a.logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}

	a.logger.Info("stopping: reporting unhealthy", "for", delay.String())
	a.stopping.Store(true)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-time.After(delay):
	}

	a.logger.Info("stopping: finishing the requests in flight", "for_at_most", drain.String())
	drainCtx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(drainCtx); err != nil {
		return fmt.Errorf("requests were cut off after %v: %w", drain, errors.Join(err, server.Close()))
	}
	return nil
}
