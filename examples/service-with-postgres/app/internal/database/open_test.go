package database

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/links/internal/database/databasetest"
)

var quiet = slog.New(slog.DiscardHandler)

func TestOpenRejectsURLWithoutShowingIt(t *testing.T) {
	for _, text := range []string{
		"postgres://app:s3cret%zz@db/app",
		"postgres://app:s3cret@db:port/app",
		"host=db password=s3cret port=x",
	} {
		_, err := Open(t.Context(), Options{URL: text}, quiet)
		if err == nil {
			t.Fatalf("%q was accepted", text)
		}
		if !strings.Contains(err.Error(), "DATABASE_URL") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("unhelpful or too talkative: %v", err)
		}
	}
}

// unreachable returns the URL of a port on which nothing listens.
func unreachable(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "postgres://app:s3cret@" + listener.Addr().String() + "/app?sslmode=disable"
}

func TestOpenGivesUp(t *testing.T) {
	_, err := Open(t.Context(), Options{URL: unreachable(t), ConnectTimeout: time.Second}, quiet)
	if err == nil || !strings.HasPrefix(err.Error(), "the database was not reachable within 1s: ") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("the password is in the error: %v", err)
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := Open(ctx, Options{URL: unreachable(t), ConnectTimeout: time.Hour}, quiet)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestOpenSetsPoolSize(t *testing.T) {
	target := databasetest.URL(t)
	pool, err := Open(t.Context(), Options{URL: target, MaxConnections: 3, ConnectTimeout: time.Minute}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if got := pool.Config().MaxConns; got != 3 {
		t.Errorf("pool of %d connections, want 3", got)
	}
}

func TestOpenGivesUpAtOnceWhenRefused(t *testing.T) {
	target, err := url.Parse(databasetest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	target.Path = "/there_is_no_such_database"
	_, err = Open(t.Context(), Options{URL: target.String(), ConnectTimeout: time.Hour}, quiet)
	if err == nil || !strings.HasPrefix(err.Error(), "the database refuses the connection: ") {
		t.Errorf("got %v", err)
	}
}
