// Command failing is a server, a worker or a task. MODE says how it fails.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	role := flag.String("role", "server", "server, worker or task")
	flag.Parse()
	fmt.Println("starting as", *role)

	listen := ":" + os.Getenv("PORT")
	switch os.Getenv("MODE") {
	case "variable":
		if os.Getenv("SIGNING_KEY") == "" {
			log.Fatal("the variable SIGNING_KEY is not set")
		}
	case "panic":
		var prices map[string]int
		prices["tea"] = 3
	case "port":
		listen = ":9999"
	case "loopback":
		listen = "127.0.0.1:" + os.Getenv("PORT")
	case "read-only":
		check(os.WriteFile("/cache.db", nil, 0o600))
	case "mount":
		check(os.WriteFile("/data/shop.db", nil, 0o600))
	case "privileged":
		check(syscall.Mount("none", "/tmp", "tmpfs", 0, ""))
	case "memory":
		var kept [][]byte
		for {
			block := make([]byte, 1<<20)
			for i := range block {
				block[i] = 1
			}
			kept = append(kept, block)
		}
	case "done":
		fmt.Println("all orders are exported")
		return
	case "hang":
		fmt.Println("waiting for the lock of another process")
		time.Sleep(time.Hour)
	case "fails":
		log.Fatal("migration 7 failed: column \"price\" already exists")
	case "soon":
		time.AfterFunc(5*time.Second, func() { log.Fatal("the lease has expired") })
	}
	if *role == "task" {
		return
	}

	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		if os.Getenv("MODE") == "ill" {
			http.Error(w, "the index is not loaded", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	if *role == "server" {
		server := &http.Server{Addr: listen}
		go func() {
			if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				log.Fatal(err)
			}
		}()
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
