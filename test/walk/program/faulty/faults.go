package main

import (
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// faults are what the program does to itself.
type faults struct {
	lock sync.Mutex
	// The time until which the health check answers 503, in nanoseconds.
	illUntil atomic.Int64
}

// pass does not return in a deadlock.
func (f *faults) pass() {
	f.lock.Lock()
	f.lock.Unlock()
}

func (f *faults) isIll() bool {
	return time.Now().UnixNano() < f.illUntil.Load()
}

func (f *faults) begin(_ http.ResponseWriter, request *http.Request) {
	switch request.PathValue("name") {
	case "deadlock":
		f.lock.Lock()
	case "crash":
		os.Exit(3)
	case "ill":
		f.illUntil.Store(time.Now().Add(20 * time.Second).UnixNano())
	case "memory":
		go eat()
	}
}

func eat() {
	var eaten [][]byte
	for {
		piece := make([]byte, 16<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		eaten = append(eaten, piece)
	}
}
