package config

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

func load(variables map[string]string) (Config, error) {
	return Load(func(name string) string { return variables[name] })
}

func TestDefaults(t *testing.T) {
	got, err := load(map[string]string{"DATABASE_URL": "postgres://db", "PORT": ""})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Port:                   8080,
		LogLevel:               slog.LevelInfo,
		DatabaseURL:            "postgres://db",
		DatabaseConnectTimeout: time.Minute,
		MigrateOnStart:         true,
		MigrateTimeout:         5 * time.Minute,
		ShutdownDelay:          3 * time.Second,
		DrainTimeout:           20 * time.Second,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEveryVariable(t *testing.T) {
	got, err := load(map[string]string{
		"PORT": "65535", "LOG_LEVEL": "debug", "DATABASE_URL": "postgres://db", "DATABASE_MAX_CONNECTIONS": "25",
		"DATABASE_CONNECT_TIMEOUT": "0s", "MIGRATE_ON_START": "false", "MIGRATE_TIMEOUT": "1h",
		"SHUTDOWN_DELAY": "500ms", "DRAIN_TIMEOUT": "27.5s",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Port:                   65535,
		LogLevel:               slog.LevelDebug,
		DatabaseURL:            "postgres://db",
		DatabaseMaxConnections: 25,
		MigrateTimeout:         time.Hour,
		ShutdownDelay:          500 * time.Millisecond,
		DrainTimeout:           27500 * time.Millisecond,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, value, problem string }{
		{"DATABASE_URL", "", "DATABASE_URL is not set"},
		{"PORT", "0", `PORT is "0": give a whole number from 1 to 65535`},
		{"PORT", "65536", `PORT is "65536": give a whole number from 1 to 65535`},
		{"PORT", "http", `PORT is "http": give a whole number from 1 to 65535`},
		{"DATABASE_MAX_CONNECTIONS", "0", `DATABASE_MAX_CONNECTIONS is "0": give a whole number from 1 to 1000`},
		{"DATABASE_CONNECT_TIMEOUT", "10", `DATABASE_CONNECT_TIMEOUT is "10": give a duration from 0s to 1h, such as 500ms or 10s`},
		{"MIGRATE_TIMEOUT", "-1s", `MIGRATE_TIMEOUT is "-1s": give a duration from 0s to 1h, such as 500ms or 10s`},
		{"MIGRATE_ON_START", "no", `MIGRATE_ON_START is "no": give true or false`},
		{"LOG_LEVEL", "loud", `LOG_LEVEL is "loud": give debug, info, warn or error`},
		{"DRAIN_TIMEOUT", "26s", "SHUTDOWN_DELAY (3s) and DRAIN_TIMEOUT (26s) must not exceed 28s together"},
	} {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			variables := map[string]string{"DATABASE_URL": "postgres://db"}
			variables[test.name] = test.value
			_, err := load(variables)
			if err == nil || err.Error() != test.problem {
				t.Errorf("got  %v\nwant %s", err, test.problem)
			}
		})
	}
}

func TestProblemsAreReportedTogether(t *testing.T) {
	_, err := load(map[string]string{"PORT": "x", "LOG_LEVEL": "y"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"PORT", "LOG_LEVEL", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not mention %s", err, name)
		}
	}
}
