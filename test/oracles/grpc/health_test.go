// Package grpc asks gRPC's own health server with the probe, over plain connections and over TLS.
package grpc

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

var probes = map[string]string{}

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "probe")
	if err != nil {
		panic(err)
	}
	for mode, tags := range map[string]string{"grpc": "", "grpcs": "tls"} {
		probes[mode] = filepath.Join(directory, mode)
		build := exec.Command("go", "build", "-tags", tags, "-o", probes[mode], ".")
		build.Dir = filepath.Join("..", "..", "..", "lib", "health", "probe")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			panic(string(output))
		}
	}
	code := m.Run()
	os.RemoveAll(directory)
	os.Exit(code)
}

// eachMode runs the test with a server without TLS and with one that has it.
func eachMode(t *testing.T, test func(t *testing.T, server func(...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string)))) {
	for mode := range probes {
		t.Run(mode, func(t *testing.T) {
			test(t, func(options ...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string)) {
				if mode == "grpcs" {
					options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(certificate(t))))
				}
				server := grpc.NewServer(options...)
				return server, func() func(...string) (int, string) { return listen(t, mode, server) }
			})
		})
	}
}

func certificate(t *testing.T) *tls.Certificate {
	donor := httptest.NewTLSServer(nil)
	t.Cleanup(donor.Close)
	return &donor.TLS.Certificates[0]
}

// listen returns a function that asks the server.
func listen(t *testing.T, mode string, server *grpc.Server) func(arguments ...string) (code int, answer string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	return func(arguments ...string) (int, string) {
		if mode == "grpcs" {
			arguments = append(arguments, "--insecure")
		}
		var output bytes.Buffer
		command := exec.Command(probes[mode], append([]string{mode, port}, arguments...)...)
		command.Stdout, command.Stderr = &output, &output
		if err := command.Run(); err != nil && command.ProcessState == nil {
			t.Fatal(err)
		}
		_, answer, _ := strings.Cut(strings.TrimSuffix(output.String(), "\n"), ":"+port+": ")
		return command.ProcessState.ExitCode(), answer
	}
}

func TestHealthServer(t *testing.T) {
	eachMode(t, func(t *testing.T, newServer func(...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string))) {
		server, serve := newServer()
		checks := health.NewServer()
		healthpb.RegisterHealthServer(server, checks)
		ask := serve()
		const shop = "acme.shop.v1.Shop"
		for _, row := range []struct {
			set        string
			status     healthpb.HealthCheckResponse_ServingStatus
			asked      string
			wantCode   int
			wantAnswer string
		}{
			{"", healthpb.HealthCheckResponse_SERVING, "", 0, "SERVING"},
			{"", healthpb.HealthCheckResponse_NOT_SERVING, "", 1, "NOT_SERVING"},
			{"", healthpb.HealthCheckResponse_UNKNOWN, "", 1, "UNKNOWN"},
			{"", healthpb.HealthCheckResponse_SERVICE_UNKNOWN, "", 1, "SERVICE_UNKNOWN"},
			{shop, healthpb.HealthCheckResponse_SERVING, shop, 0, "SERVING"},
			{shop, healthpb.HealthCheckResponse_NOT_SERVING, shop, 1, "NOT_SERVING"},
			{shop, healthpb.HealthCheckResponse_SERVING, shop + "2", 1, "NOT_FOUND: unknown service; the health server does not know this service"},
			{strings.Repeat("s", 1_000), healthpb.HealthCheckResponse_SERVING, strings.Repeat("s", 1_000), 0, "SERVING"},
		} {
			checks.SetServingStatus(row.set, row.status)
			var arguments []string
			if row.asked != "" {
				arguments = []string{"--service", row.asked}
			}
			if code, answer := ask(arguments...); code != row.wantCode || answer != row.wantAnswer {
				t.Errorf("%.30q is %v: got %d %q", row.asked, row.status, code, answer)
			}
		}
		checks.Shutdown()
		if code, answer := ask(); code != 1 || answer != "NOT_SERVING" {
			t.Errorf("shut down: got %d %q", code, answer)
		}
	})
}

func TestServerWithoutHealth(t *testing.T) {
	eachMode(t, func(t *testing.T, newServer func(...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string))) {
		_, serve := newServer()
		const want = "UNIMPLEMENTED: unknown service grpc.health.v1.Health; the server has no grpc.health.v1.Health"
		if code, answer := serve()(); code != 1 || answer != want {
			t.Errorf("got %d %q", code, answer)
		}
	})
}

func TestEveryCode(t *testing.T) {
	eachMode(t, func(t *testing.T, newServer func(...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string))) {
		reason := codes.OK
		server, serve := newServer(grpc.UnaryInterceptor(func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
			// Fields of every kind, so that HPACK's tables and codes are used.
			grpc.SetHeader(ctx, metadata.Pairs("x-long", strings.Repeat("value ", 2_000), "x-binary-bin", "\x00\xff\x7f", "server", "shop"))
			grpc.SetTrailer(ctx, metadata.Pairs("x-trailer", "~!@#$^&*()_+{}|"))
			return nil, status.Error(reason, "100 % é\n<&>")
		}))
		healthpb.RegisterHealthServer(server, health.NewServer())
		ask := serve()
		for reason = codes.Canceled; reason <= codes.Unauthenticated; reason++ {
			code, answer := ask()
			// A name as in CANCELLED, the code's own text being Canceled.
			name, message, _ := strings.Cut(answer, ": ")
			if squeezed := strings.ReplaceAll(strings.Replace(name, "CANCELLED", "CANCELED", 1), "_", ""); code != 1 || !strings.EqualFold(squeezed, reason.String()) {
				t.Errorf("%v: got %d %q", reason, code, answer)
			}
			if !strings.HasPrefix(message, "100 % é <&>") {
				t.Errorf("%v: got %q", reason, message)
			}
		}
	})
}

func TestHandlerThatHangs(t *testing.T) {
	eachMode(t, func(t *testing.T, newServer func(...grpc.ServerOption) (*grpc.Server, func() func(...string) (int, string))) {
		done := make(chan struct{})
		defer close(done)
		server, serve := newServer(grpc.UnaryInterceptor(func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
			<-done
			return nil, nil
		}))
		healthpb.RegisterHealthServer(server, health.NewServer())
		started := time.Now()
		code, answer := serve()("--timeout", "400")
		if code != 1 || !strings.HasPrefix(answer, "no complete answer within 400 ms") || time.Since(started) > time.Minute {
			t.Errorf("got %d %q after %v", code, answer, time.Since(started))
		}
	})
}
