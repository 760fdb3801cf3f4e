// Command faulty is the program that faults are done to: pages that need no database, rows that do, and faults that it does to itself.
//
//	faulty                 serves
//	faulty fault NAME      does the fault NAME to the server in this container
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// The linker sets these.
var (
	revision = "1"
	// start is how long the program answers 503 to its health check after its start.
	start = "0s"
)

const (
	// A question to the database gets less time than the health check, so that there is an answer in any case.
	healthPatience = 2 * time.Second
	rowPatience    = 30 * time.Second
	// The gateway takes a program out while it says so.
	drain    = 3 * time.Second
	shutdown = 10 * time.Second
)

func main() {
	port := os.Getenv("PORT")
	if len(os.Args) == 3 && os.Args[1] == "fault" {
		client := http.Client{Timeout: 2 * time.Second}
		// There is no answer to some faults.
		client.Post("http://127.0.0.1:"+port+"/fault/"+os.Args[2], "", nil)
		return
	}
	var faults faults
	var ending atomic.Bool
	rows := newPool(os.Getenv("DATABASE_URL"))
	go createTable(rows)
	delay, _ := time.ParseDuration(start)
	ready := time.Now().Add(delay)

	http.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) {
		faults.pass()
		err := rows.run("SELECT 1", healthPatience)
		if err != nil || ending.Load() || faults.isIll() || time.Now().Before(ready) {
			http.Error(answer, fmt.Sprint("not ready: ", err), http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("GET /{$}", func(answer http.ResponseWriter, _ *http.Request) {
		faults.pass()
		fmt.Fprint(answer, revision)
	})
	http.HandleFunc("POST /rows/{id}", func(answer http.ResponseWriter, request *http.Request) {
		faults.pass()
		id, err := strconv.Atoi(request.PathValue("id"))
		if err == nil {
			// Twice the same row is the same row: the gateway may have sent it again.
			err = rows.run(fmt.Sprintf("INSERT INTO rows VALUES (%d) ON CONFLICT DO NOTHING", id), rowPatience)
		}
		if err != nil {
			http.Error(answer, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(answer, revision)
	})
	http.HandleFunc("POST /fault/{name}", faults.begin)

	server := &http.Server{Addr: ":" + port}
	stopped := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		ending.Store(true)
		time.Sleep(drain)
		limit, cancel := context.WithTimeout(context.Background(), shutdown)
		defer cancel()
		server.Shutdown(limit)
		close(stopped)
	}()
	fmt.Println("revision", revision, "starts")
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Println(err)
		os.Exit(1)
	}
	<-stopped
}

func createTable(rows *pool) {
	for {
		err := rows.run("CREATE TABLE IF NOT EXISTS rows (id bigint PRIMARY KEY)", rowPatience)
		if err == nil {
			return
		}
		fmt.Println("the table cannot be created:", err)
		time.Sleep(time.Second)
	}
}
