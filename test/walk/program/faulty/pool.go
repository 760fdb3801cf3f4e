package main

import (
	"errors"
	"time"

	"example.com/walk/postgres"
)

const connections = 4

// pool keeps a few connections, as those of Go's drivers do.
type pool struct {
	address string
	// A place for each connection; nil where none is open.
	places chan *postgres.Connection
}

func newPool(address string) *pool {
	p := &pool{address: address, places: make(chan *postgres.Connection, connections)}
	for range connections {
		p.places <- nil
	}
	return p
}

// run runs statements on a free connection. A connection on which something failed is closed, because it may be one to a server that ended.
func (p *pool) run(statements string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	var connection *postgres.Connection
	select {
	case connection = <-p.places:
	case <-time.After(patience):
		return errors.New("no connection is free")
	}
	var err error
	if connection == nil {
		if connection, err = postgres.Connect(p.address); err != nil {
			p.places <- nil
			return err
		}
	}
	if err = connection.Run(statements, deadline); err != nil {
		connection.Close()
		connection = nil
	}
	p.places <- connection
	return err
}
