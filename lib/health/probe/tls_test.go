//go:build tls && go1.24

package main

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const buildTags = "tls"

// serveTLS serves with the certificate of httptest, which is for example.com and the loopback addresses.
func serveTLS(t *testing.T, handler http.HandlerFunc) (port, authorities string) {
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return fmt.Sprint(server.Listener.Addr().(*net.TCPAddr).Port), secretFile(t, string(text))
}

func TestHTTPS(t *testing.T) {
	requests := make(chan *http.Request, 1)
	port, authorities := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		if r.URL.Path == "/ready" {
			http.Error(w, "no database", 503)
		}
	})
	subject := "GET https://127.0.0.1:" + port
	for _, row := range []struct {
		path     string
		options  []string
		wantCode int
		want     string
		wantName string
	}{
		{"/healthz", []string{"--insecure"}, exitHealthy, "200 OK", "localhost"},
		{"/ready", []string{"--insecure"}, exitUnhealthy, "503 Service Unavailable; body: no database", "localhost"},
		{"/healthz", []string{"--insecure", "--host-header", "shop.example:8443"}, exitHealthy, "200 OK", "shop.example"},
		{"/healthz", []string{"--ca", authorities, "--server-name", "example.com"}, exitHealthy, "200 OK", "example.com"},
		{"/healthz", []string{"--ca", authorities, "--host-header", "example.com"}, exitHealthy, "200 OK", "example.com"},
		{"/healthz", []string{"--ca", authorities, "--server-name", "127.0.0.1"}, exitHealthy, "200 OK", ""},
	} {
		expect(t, row.wantCode, subject+row.path+": "+row.want, append([]string{"https", port, row.path}, row.options...)...)
		if got := <-requests; got.Proto != "HTTP/1.1" || got.TLS.ServerName != row.wantName {
			t.Errorf("%v: got %s, server name %q", row.options, got.Proto, got.TLS.ServerName)
		}
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	port, authorities := serveTLS(t, func(http.ResponseWriter, *http.Request) {})
	noAuthorities := secretFile(t, "text")
	for _, row := range []struct {
		options []string
		want    string
	}{
		{nil, "TLS: tls: failed to verify certificate: x509: certificate is valid for "},
		{[]string{"--server-name", "example.com"}, "TLS: tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		{[]string{"--ca", authorities}, "TLS: tls: failed to verify certificate: x509: certificate is valid for "},
		{[]string{"--ca", noAuthorities}, `no certificate in PEM form in "` + noAuthorities + `"`},
		{[]string{"--ca", "/no/such/file"}, `reading the certificate authorities: "/no/such/file": no such file or directory`},
	} {
		code, line := probe(t, append([]string{"https", port, "/"}, row.options...)...)
		if code != exitUnhealthy || !strings.HasPrefix(line, "GET https://127.0.0.1:"+port+"/: "+row.want) {
			t.Errorf("%v: got %d %q", row.options, code, line)
		}
	}
}

func TestServersWithoutTLS(t *testing.T) {
	port := serve(t, func(http.ResponseWriter, *http.Request) {})
	code, line := probe(t, "https", port, "/", "--insecure")
	if code != exitUnhealthy || line != "GET https://127.0.0.1:"+port+"/: TLS: tls: first record does not look like a TLS handshake" {
		t.Errorf("got %d %q", code, line)
	}
	port = answer(t, "", true)
	expect(t, exitUnhealthy, "GET https://127.0.0.1:"+port+"/: TLS: connection timed out", "https", port, "/", "--insecure", "--timeout", "300")
	port = answer(t, "", false)
	expect(t, exitUnhealthy, "GET https://127.0.0.1:"+port+"/: TLS: EOF", "https", port, "/", "--insecure")
}

// What counts as silence must not depend on the layer that waited.
func TestSilenceBehindTLS(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	port, _ := serveTLS(t, func(http.ResponseWriter, *http.Request) { <-done })
	certificate := answer(t, "", true)
	for name, row := range map[string]struct {
		arguments []string
		silent    bool
	}{
		"an answer that never comes":    {[]string{"https", port, "/", "--insecure", "--timeout", "300"}, true},
		"a call that is never answered": {[]string{"grpcs", port, "--insecure", "--timeout", "300"}, true},
		"a handshake without an answer": {[]string{"https", certificate, "/", "--insecure", "--timeout", "300"}, true},
		"a certificate that is refused": {[]string{"https", port, "/", "--timeout", "60000"}, false},
	} {
		check, problem := parse(row.arguments)
		if problem != "" {
			t.Fatal(problem)
		}
		if got := check.ask(); got.silent != row.silent || got.refused {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestGRPCOverTLS(t *testing.T) {
	port, authorities := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && r.TLS.NegotiatedProtocol == "h2" {
			grpcReply{message: "\x08\x01", code: "0"}.write(w)
		}
	})
	for _, options := range [][]string{{"--insecure"}, {"--ca", authorities, "--server-name", "example.com"}} {
		expect(t, exitHealthy, "grpcs health of 127.0.0.1:"+port+": SERVING", append([]string{"grpcs", port}, options...)...)
	}
}

func TestLargeAnswersBehindTLS(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	port, _ := serveTLS(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-Long", long) })
	expect(t, exitHealthy, "GET https://127.0.0.1:"+port+"/: 200 OK", "https", port, "/", "--insecure")
}

func TestServerThatAsksForACertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	port := fmt.Sprint(server.Listener.Addr().(*net.TCPAddr).Port)
	code, line := probe(t, "https", port, "/", "--insecure")
	if code != exitUnhealthy || !strings.Contains(line, "certificate required") {
		t.Errorf("got %d %q", code, line)
	}
}

func TestUsageOfModesWithTLS(t *testing.T) {
	for _, row := range []struct{ arguments, want string }{
		{"https 80", "too few arguments"},
		{"https 80 / --ca", "--ca needs a value"},
		{"https 80 / --ca /a --insecure", "--insecure and --ca exclude each other"},
		{"https 80 / --insecure --ca /a", "--insecure and --ca exclude each other"},
		{"https 80 / --server-name a:b", `the value "a:b" of --server-name is not valid`},
		{"grpcs 80 --insecure x", `unknown argument "x"`},
		{"grpcs 80 --expect 200", `unknown argument "--expect"`},
	} {
		expect(t, exitUsage, row.want+"; usage: "+usage, strings.Fields(row.arguments)...)
	}
}
