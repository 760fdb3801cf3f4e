// Package databasetest gives each test an empty place in a real PostgreSQL.
package databasetest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// URL returns a database URL whose connections see only a new schema, which is
// dropped when the test ends. Without TEST_DATABASE_URL the test is skipped.
func URL(t *testing.T) string {
	t.Helper()
	text := os.Getenv("TEST_DATABASE_URL")
	if text == "" {
		t.Skip("TEST_DATABASE_URL is not set: give the URL of a PostgreSQL database to run the tests that need one")
	}
	target, err := url.Parse(text)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL is not a URL")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	execute(t, text, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, text, "DROP SCHEMA "+schema+" CASCADE") })

	query := target.Query()
	query.Set("search_path", schema)
	target.RawQuery = query.Encode()
	return target.String()
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	ctx := context.Background() // t.Context() has ended when the cleanup runs
	connection, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
