// Package httpapi serves short links over HTTP.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/links/internal/links"
)

const (
	maxBodyBytes = 8 << 10
	// requestTimeout bounds a request's work in the database.
	requestTimeout = 5 * time.Second
	// healthTimeout stays below the 3 seconds that health checks commonly wait.
	healthTimeout = 2 * time.Second
)

// Store keeps the links. Its methods return the errors of package links.
type Store interface {
	Create(ctx context.Context, slug, url string) (links.Link, error)
	Get(ctx context.Context, slug string) (links.Link, error)
	Visit(ctx context.Context, slug string) (links.Link, error)
	List(ctx context.Context, before int64, limit int) ([]links.Link, error)
	Delete(ctx context.Context, slug string) (links.Link, error)
}

// Pinger tells whether the database answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// API answers the requests.
type API struct {
	store    Store
	database Pinger
	logger   *slog.Logger
	stopping atomic.Bool
}

func New(store Store, database Pinger, logger *slog.Logger) *API {
	return &API{store: store, database: database, logger: logger}
}

// Handler returns all routes with logging and limits around them.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.usage)
	mux.HandleFunc("GET /livez", a.live)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("GET /links", a.list)
	mux.HandleFunc("POST /links", a.create)
	mux.HandleFunc("GET /links/{slug}", a.get)
	mux.HandleFunc("DELETE /links/{slug}", a.delete)
	mux.HandleFunc("GET /{slug}", a.follow)
	return a.logRequests(a.limit(mux))
}

func (a *API) usage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	a.write(w, []byte(`Short links.

POST   /links          {"url": "https://go.dev/doc/", "slug": "docs"}; without slug, one is made up
GET    /links          newest first; ?limit=20&zone=Europe/Berlin
GET    /links/{slug}   one link and its visits
DELETE /links/{slug}
GET    /{slug}         redirects to the link's URL and counts the visit
GET    /livez          200 while the service answers at all
GET    /readyz         200 while it can work: the database answers
`))
}

// live tells that the program has not come to a standstill. Whoever gets no answer
// restarts it, so the answer depends on nothing else: a restart does not help
// against a database that is away, and would end all replicas at once.
func (a *API) live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	a.writeJSON(w, http.StatusOK, healthBody{OK: true})
}

// ready tells load balancers whether to send requests here. The details of a failure
// go to the log and not to the caller, since they name hosts and users.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if a.stopping.Load() {
		a.writeJSON(w, http.StatusServiceUnavailable, healthBody{Reason: "the service is shutting down"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
	defer cancel()
	if err := a.database.Ping(ctx); err != nil {
		a.logger.Warn("health check failed", "error", err.Error())
		a.writeJSON(w, http.StatusServiceUnavailable, healthBody{Reason: "the database does not answer"})
		return
	}
	a.writeJSON(w, http.StatusOK, healthBody{OK: true})
}
