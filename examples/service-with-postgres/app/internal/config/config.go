// Package config reads the settings of the programs from environment variables.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"
)

// Config holds every setting. The comment on each field names its variable and default.
type Config struct {
	Port     uint16     // PORT, 8080
	LogLevel slog.Level // LOG_LEVEL: debug, info, warn or error; info

	DatabaseURL            string        // DATABASE_URL, required
	DatabaseMaxConnections int32         // DATABASE_MAX_CONNECTIONS; 0 leaves the choice to DATABASE_URL (pool_max_conns) or pgx
	DatabaseConnectTimeout time.Duration // DATABASE_CONNECT_TIMEOUT: how long to retry the first connection; 60s

	MigrateOnStart bool          // MIGRATE_ON_START, true
	MigrateTimeout time.Duration // MIGRATE_TIMEOUT, including the wait for another process that migrates; 5m

	// SHUTDOWN_DELAY, 3s: after SIGTERM the service reports unhealthy but still
	// answers for this long, so that load balancers notice before it is gone.
	ShutdownDelay time.Duration
	// DRAIN_TIMEOUT, 20s: how long requests in flight may take after that.
	DrainTimeout time.Duration
}

// MaxShutdown limits ShutdownDelay and DrainTimeout together. It stays below the
// 30 seconds after which a container that was told to stop is killed.
const MaxShutdown = 28 * time.Second

// Load reads the settings with getenv, which is os.Getenv outside of tests.
// A variable that is set to the empty string counts as not set.
// The error names everything that is wrong, not only the first finding.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		Port:                   uint16(r.integer("PORT", 8080, 1, math.MaxUint16)),
		LogLevel:               r.level("LOG_LEVEL", slog.LevelInfo),
		DatabaseURL:            r.required("DATABASE_URL"),
		DatabaseMaxConnections: int32(r.integer("DATABASE_MAX_CONNECTIONS", 0, 1, 1000)),
		DatabaseConnectTimeout: r.duration("DATABASE_CONNECT_TIMEOUT", 60*time.Second),
		MigrateOnStart:         r.boolean("MIGRATE_ON_START", true),
		MigrateTimeout:         r.duration("MIGRATE_TIMEOUT", 5*time.Minute),
		ShutdownDelay:          r.duration("SHUTDOWN_DELAY", 3*time.Second),
		DrainTimeout:           r.duration("DRAIN_TIMEOUT", 20*time.Second),
	}
	if c.ShutdownDelay+c.DrainTimeout > MaxShutdown {
		r.problem("SHUTDOWN_DELAY (%v) and DRAIN_TIMEOUT (%v) must not exceed %v together", c.ShutdownDelay, c.DrainTimeout, MaxShutdown)
	}
	return c, errors.Join(r.problems...)
}

// reader collects problems, so that Load can report them together.
type reader struct {
	getenv   func(string) string
	problems []error
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf(format, args...))
}

func (r *reader) required(name string) string {
	value := r.getenv(name)
	if value == "" {
		r.problem("%s is not set", name)
	}
	return value
}

func (r *reader) integer(name string, fallback, lowest, highest int64) int64 {
	text := r.getenv(name)
	if text == "" {
		return fallback
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < lowest || value > highest {
		r.problem("%s is %q: give a whole number from %d to %d", name, text, lowest, highest)
		return fallback
	}
	return value
}

func (r *reader) duration(name string, fallback time.Duration) time.Duration {
	text := r.getenv(name)
	if text == "" {
		return fallback
	}
	value, err := time.ParseDuration(text)
	if err != nil || value < 0 || value > time.Hour {
		r.problem("%s is %q: give a duration from 0s to 1h, such as 500ms or 10s", name, text)
		return fallback
	}
	return value
}

func (r *reader) boolean(name string, fallback bool) bool {
	text := r.getenv(name)
	if text == "" {
		return fallback
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		r.problem("%s is %q: give true or false", name, text)
		return fallback
	}
	return value
}

func (r *reader) level(name string, fallback slog.Level) slog.Level {
	text := r.getenv(name)
	if text == "" {
		return fallback
	}
	var value slog.Level
	if err := value.UnmarshalText([]byte(text)); err != nil {
		r.problem("%s is %q: give debug, info, warn or error", name, text)
		return fallback
	}
	return value
}
