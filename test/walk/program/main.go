// Command walk is the program of the stacks that a walk deploys. The linker sets how it behaves.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"example.com/walk/postgres"
)

var (
	// behaviour is one of good, crashing, unhealthy and hanging.
	behaviour = "good"
	// revision makes two images of one behaviour different.
	revision = "0"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "task" {
		if behaviour != "good" {
			fmt.Println("the task fails")
			os.Exit(3)
		}
		return
	}
	if behaviour == "crashing" {
		time.Sleep(100 * time.Millisecond)
		fmt.Println("the program crashes")
		os.Exit(2)
	}
	http.HandleFunc("/healthz", healthz)
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(answer, "%s %s\n", os.Getenv("SERVICE"), revision)
	})
	http.HandleFunc("/database", func(answer http.ResponseWriter, _ *http.Request) {
		connection, err := postgres.Connect(os.Getenv("DATABASE_URL"))
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadGateway)
			return
		}
		connection.Close()
	})
	if err := http.ListenAndServe(":"+os.Getenv("PORT"), nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func healthz(answer http.ResponseWriter, request *http.Request) {
	switch behaviour {
	case "unhealthy":
		answer.WriteHeader(http.StatusInternalServerError)
	case "hanging":
		<-request.Context().Done()
	}
}
