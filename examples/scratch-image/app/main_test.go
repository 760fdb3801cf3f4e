package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
)

func TestHandler(t *testing.T) {
	for _, test := range []struct {
		method, path string
		status       int
		contentType  string
		body         string
	}{
		{"GET", "/healthz", 200, "application/json", `{"ok":true}`},
		{"GET", "/", 200, "text/plain; charset=utf-8", "Hello from Go in Docker\n"},
		{"GET", "/elsewhere", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"POST", "/healthz", 405, "text/plain; charset=utf-8", "Method Not Allowed\n"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			handler().ServeHTTP(recorder, httptest.NewRequest(test.method, test.path, nil))
			if recorder.Code != test.status {
				t.Errorf("status %d, want %d", recorder.Code, test.status)
			}
			if got := recorder.Header().Get("Content-Type"); got != test.contentType {
				t.Errorf("content type %q, want %q", got, test.contentType)
			}
			if got := recorder.Body.String(); got != test.body {
				t.Errorf("body %q, want %q", got, test.body)
			}
		})
	}
}

// A request whose headers are only half sent when the signal comes is in
// flight: it must get its answer, while new connections are refused.
func TestServeFinishesRequestsInFlight(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	stop := make(chan os.Signal, 1)
	served := make(chan error, 1)
	go func() { served <- serve(listener, stop) }()

	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, "GET /healthz HTTP/1.1\r\nHost: test\r\n")
	if response, err := http.Get("http://" + address + "/"); err != nil {
		t.Fatal(err)
	} else {
		response.Body.Close()
	}

	stop <- syscall.SIGTERM
	for {
		probe, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		probe.Close()
	}
	fmt.Fprint(connection, "\r\n")
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	if want := "HTTP/1.1 200 OK"; len(answer) < len(want) || string(answer[:len(want)]) != want {
		t.Errorf("answer %q, want it to start with %q", answer, want)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestServeReportsFailure(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := serve(listener, make(chan os.Signal)); err == nil {
		t.Error("no error for a closed listener")
	}
}
