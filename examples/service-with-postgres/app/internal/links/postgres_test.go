package links

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"example.com/links/internal/database"
	"example.com/links/internal/database/databasetest"
)

func newStore(t *testing.T) *PostgresStore {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	pool, err := database.Open(t.Context(), database.Options{URL: databasetest.URL(t), ConnectTimeout: time.Minute}, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := database.Migrate(t.Context(), pool, logger); err != nil {
		t.Fatal(err)
	}
	return NewPostgresStore(pool)
}

func TestPostgresStoreLifeOfALink(t *testing.T) {
	store, ctx := newStore(t), t.Context()
	created, err := store.Create(ctx, "docs", "https://go.dev/doc/?q='; DROP TABLE links")
	if err != nil {
		t.Fatal(err)
	}
	if created.ID == 0 || created.CreatedAt.IsZero() || created.Visits != 0 || created.LastVisitAt != nil {
		t.Errorf("created %+v", created)
	}
	if _, err := store.Create(ctx, "docs", "https://example.org"); !errors.Is(err, ErrSlugTaken) {
		t.Errorf("second create: %v", err)
	}

	var visitors sync.WaitGroup
	for range 10 {
		visitors.Go(func() {
			if link, err := store.Visit(ctx, "docs"); err != nil || link.URL != created.URL {
				t.Errorf("visit: %+v, %v", link, err)
			}
		})
	}
	visitors.Wait()
	got, err := store.Get(ctx, "docs")
	if err != nil || got.Visits != 10 || got.LastVisitAt == nil || got.LastVisitAt.Before(got.CreatedAt) {
		t.Errorf("after ten visits: %+v, %v", got, err)
	}

	if deleted, err := store.Delete(ctx, "docs"); err != nil || deleted.ID != created.ID {
		t.Errorf("delete: %+v, %v", deleted, err)
	}
	for name, call := range map[string]func() (Link, error){
		"get":    func() (Link, error) { return store.Get(ctx, "docs") },
		"visit":  func() (Link, error) { return store.Visit(ctx, "docs") },
		"delete": func() (Link, error) { return store.Delete(ctx, "docs") },
	} {
		if _, err := call(); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s after delete: %v", name, err)
		}
	}
}

func TestPostgresStoreList(t *testing.T) {
	store, ctx := newStore(t), t.Context()
	if empty, err := store.List(ctx, 0, 10); err != nil || len(empty) != 0 {
		t.Errorf("empty table: %v, %v", empty, err)
	}
	for i := range 5 {
		if _, err := store.Create(ctx, fmt.Sprintf("link-%d", i), "https://go.dev"); err != nil {
			t.Fatal(err)
		}
	}
	first, err := store.List(ctx, 0, 3)
	if err != nil || len(first) != 3 || first[0].Slug != "link-4" || first[2].Slug != "link-2" {
		t.Fatalf("first page: %+v, %v", first, err)
	}
	second, err := store.List(ctx, first[2].ID, 3)
	if err != nil || len(second) != 2 || second[0].Slug != "link-1" || second[1].Slug != "link-0" {
		t.Errorf("second page: %+v, %v", second, err)
	}
}

func TestPostgresStoreUnavailable(t *testing.T) {
	store := newStore(t)
	store.pool.Close()
	if _, err := store.Get(t.Context(), "docs"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestPostgresStoreKeepsServerErrors(t *testing.T) {
	store := newStore(t)
	_, err := store.Create(t.Context(), "docs", "nul\x00byte")
	if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrSlugTaken) || errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
