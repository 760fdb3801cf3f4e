package httpapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/links/internal/links"
)

// blockingStore lets a test hold a request in flight.
type blockingStore struct {
	fakeStore
	arrived, release chan struct{}
}

func (b *blockingStore) Get(context.Context, string) (links.Link, error) {
	b.arrived <- struct{}{}
	<-b.release
	return links.Link{Slug: "slow"}, nil
}

type running struct {
	store  *blockingStore
	url    string
	stop   context.CancelFunc
	served chan error
}

func start(t *testing.T, delay, drain time.Duration) running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r := running{
		store:  &blockingStore{arrived: make(chan struct{}), release: make(chan struct{})},
		url:    "http://" + listener.Addr().String(),
		stop:   stop,
		served: make(chan error, 1),
	}
	go func() { r.served <- New(r.store, healthy, quiet).Serve(ctx, listener, delay, drain) }()
	return r
}

type answer struct {
	status int
	body   string
	close  bool
	err    error
}

func (r running) get(path string) answer {
	response, err := http.Get(r.url + path)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(body), response.Close, err}
}

func TestServeStopsInSteps(t *testing.T) {
	r := start(t, 3*time.Second, 20*time.Second)
	if got := r.get("/readyz"); got.status != 200 || got.close {
		t.Fatalf("before: %+v", got)
	}
	slow := make(chan answer, 1)
	go func() { slow <- r.get("/links/slow") }()
	<-r.store.arrived

	r.stop()
	for { // until the signal has been noticed
		if got := r.get("/readyz"); got.status == 503 {
			if !strings.Contains(got.body, "shutting down") || !got.close {
				t.Errorf("health while stopping: %+v", got)
			}
			break
		} else if got.err != nil {
			t.Fatalf("connections were refused before the health check failed: %v", got.err)
		}
	}
	if got := r.get("/links"); got.status != 200 || !got.close {
		t.Errorf("request while stopping: %+v", got)
	}
	for r.get("/readyz").err == nil { // until connections are refused
	}
	close(r.store.release)
	if got := <-slow; got.status != 200 {
		t.Errorf("request in flight: %+v", got)
	}
	if err := <-r.served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestServeCutsOffWhatTakesTooLong(t *testing.T) {
	r := start(t, 0, 100*time.Millisecond)
	slow := make(chan answer, 1)
	go func() { slow <- r.get("/links/slow") }()
	<-r.store.arrived
	r.stop()
	err := <-r.served
	if err == nil || !strings.HasPrefix(err.Error(), "requests were cut off after 100ms: ") {
		t.Errorf("Serve: %v", err)
	}
	if got := <-slow; got.err == nil {
		t.Errorf("request in flight: %+v", got)
	}
	close(r.store.release)
}

func TestServeReportsABrokenListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	err = New(&fakeStore{}, healthy, quiet).Serve(t.Context(), listener, 0, 0)
	if err == nil || !strings.HasPrefix(err.Error(), "serve: ") {
		t.Errorf("Serve: %v", err)
	}
}
