// A service whose versions can be told to fail in several ways.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	version := os.Getenv("VERSION")
	log.Printf("version %s starts as process %d", version, os.Getpid())
	if seconds, err := strconv.Atoi(os.Getenv("DIES_AFTER")); err == nil {
		time.AfterFunc(time.Duration(seconds)*time.Second, func() {
			log.Printf("version %s dies, as it was told to", version)
			os.Exit(3)
		})
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if os.Getenv("NEVER_HEALTHY") != "" {
			http.Error(w, "never healthy, as it was told to", http.StatusServiceUnavailable)
			return
		}
		if problem := database(); problem != nil {
			http.Error(w, problem.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		host, _ := os.Hostname()
		secret := sha256.Sum256([]byte(os.Getenv("TOKEN")))
		file, _ := os.ReadFile("/etc/shop/config.yaml")
		fmt.Fprintf(w, "version=%s host=%s secret=%x file=%q\n", version, host, secret[:4], file)
	})
	server := &http.Server{Addr: ":" + os.Getenv("PORT")}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	go func() {
		<-stop.Done()
		// The gateway notices within a second that this task is leaving.
		time.Sleep(2 * time.Second)
		ending, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Shutdown(ending)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
}

// database tells why the database of DATABASE_URL does not answer.
func database() error {
	text := os.Getenv("DATABASE_URL")
	if text == "" {
		return nil
	}
	address, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("DATABASE_URL is not a URL")
	}
	connection, err := net.DialTimeout("tcp", address.Host, time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}
