// Command hello answers HTTP requests with a greeting.
//
//	GET /         a line of text
//	GET /healthz  {"ok":true}
//
// It listens on the port in the environment variable PORT, 8080 by default, and
// on SIGTERM finishes the requests in flight before it exits.
package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// drainTimeout stays below the 30 seconds after which a container that was told
// to stop is killed.
const drainTimeout = 20 * time.Second

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatalf("PORT is %q: %v", port, err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	log.Printf("listening on port %s", port)
	if err := serve(listener, handler(), stop); err != nil {
		log.Fatalf("not stopped cleanly: %v", err)
	}
}

// serve answers requests until stop receives a signal, and then finishes those
// in flight.
func serve(listener net.Listener, handler http.Handler, stop <-chan os.Signal) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	select {
	case err := <-failed:
		return err
	case <-stop:
	}
	log.Print("stopping: finishing the requests in flight")
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", respond("application/json", `{"ok":true}`))
	mux.HandleFunc("GET /{$}", respond("text/plain; charset=utf-8", "Hello from Go in Docker\n"))
	return mux
}

func respond(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		if _, err := io.WriteString(w, body); err != nil {
			log.Printf("response not sent: %v", err)
		}
	}
}
