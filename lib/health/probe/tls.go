//go:build tls

package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"time"
)

const hasTLS = true

// secure lays TLS over a connection. What the server says about certificates is an answer, so that it never
// counts as silence.
func secure(socket socketStream, options tlsOptions, protocol string, end deadline) (stream, failure) {
	configuration := &tls.Config{
		InsecureSkipVerify: options.insecure,
		ServerName:         options.serverName,
		NextProtos:         []string{protocol},
	}
	if options.authorities != "" {
		text, err := readFile(options.authorities, longestFile)
		if err != nil {
			return nil, failure{text: "reading the certificate authorities: " + quote(options.authorities) + ": " + err.Error()}
		}
		configuration.RootCAs = x509.NewCertPool()
		if !configuration.RootCAs.AppendCertsFromPEM(text) {
			return nil, failure{text: "no certificate in PEM form in " + quote(options.authorities)}
		}
	}
	transport := &transport{socket: socket, end: end}
	connection := tls.Client(transport, configuration)
	if err := connection.Handshake(); err != nil {
		problem := failed("", unwrapped(err, transport))
		problem.text = "TLS: " + shown(problem.text)
		return nil, problem
	}
	return &tlsStream{connection, transport}, failure{}
}

// unwrapped returns the reason on the socket's side, where there was one.
func unwrapped(err error, transport *transport) error {
	if transport.failure != nil {
		return transport.failure
	}
	return err
}

type tlsStream struct {
	connection *tls.Conn
	transport  *transport
}

func (s *tlsStream) send(data []byte, end deadline) error {
	s.transport.end = end
	_, err := s.connection.Write(data)
	if err != nil {
		return unwrapped(err, s.transport)
	}
	return nil
}

func (s *tlsStream) receive(into []byte, end deadline) (int, error) {
	s.transport.end = end
	size, err := s.connection.Read(into)
	if size > 0 {
		return size, nil
	}
	if s.transport.failure == nil && (err == io.EOF || err == io.ErrUnexpectedEOF) {
		return 0, nil
	}
	return 0, unwrapped(err, s.transport)
}

func (s *tlsStream) close() { s.transport.socket.close() }

// transport makes the socket what crypto/tls takes, with the deadline of the call that goes on.
type transport struct {
	socket  socketStream
	end     deadline
	failure error
}

func (t *transport) Read(into []byte) (int, error) {
	size, err := t.socket.receive(into, t.end)
	if err != nil {
		t.failure = err
		return 0, err
	}
	if size == 0 {
		return 0, io.EOF
	}
	return size, nil
}

func (t *transport) Write(data []byte) (int, error) {
	if err := t.socket.send(data, t.end); err != nil {
		t.failure = err
		return 0, err
	}
	return len(data), nil
}

func (t *transport) Close() error                     { return nil }
func (t *transport) LocalAddr() net.Addr              { return nil }
func (t *transport) RemoteAddr() net.Addr             { return nil }
func (t *transport) SetDeadline(time.Time) error      { return nil }
func (t *transport) SetReadDeadline(time.Time) error  { return nil }
func (t *transport) SetWriteDeadline(time.Time) error { return nil }
