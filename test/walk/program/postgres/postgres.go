// Package postgres is as much of a PostgreSQL client as the programs of tests need.
package postgres

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Connection is one to a PostgreSQL server. It speaks the protocol itself (https://www.postgresql.org/docs/17/protocol-flow.html), so that the
// programs have no dependencies.
type Connection struct{ connection net.Conn }

// Connect ends when the server is ready for queries: user, password and database are right.
func Connect(address string) (*Connection, error) {
	where, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not a URL")
	}
	port := where.Port()
	if port == "" {
		port = "5432"
	}
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(where.Hostname(), port), 3*time.Second)
	if err != nil {
		return nil, err
	}
	connection.SetDeadline(time.Now().Add(5 * time.Second))
	if err := login(connection, where); err != nil {
		connection.Close()
		return nil, err
	}
	connection.SetDeadline(time.Time{})
	return &Connection{connection}, nil
}

// Close ends the session.
func (c *Connection) Close() { c.connection.Close() }

// Run runs statements and ends when the server has finished them. After an error the connection may still be in use by the server.
func (c *Connection) Run(statements string, deadline time.Time) error {
	c.connection.SetDeadline(deadline)
	if err := send(c.connection, 'Q', append([]byte(statements), 0)); err != nil {
		return err
	}
	var refused error
	for {
		kind, body, err := receive(c.connection)
		if err != nil {
			return err
		}
		switch kind {
		case 'E':
			refused = fmt.Errorf("the server refuses: %s", strings.ReplaceAll(string(body), "\x00", " "))
		case 'Z':
			return refused
		}
	}
}

func login(connection net.Conn, where *url.URL) error {
	start := binary.BigEndian.AppendUint32(nil, 3<<16)
	start = append(start, "user\x00"+where.User.Username()+"\x00database\x00"+strings.TrimPrefix(where.Path, "/")+"\x00\x00"...)
	if err := send(connection, 0, start); err != nil {
		return err
	}
	password, _ := where.User.Password()
	var exchange scram
	for {
		kind, body, err := receive(connection)
		if err != nil {
			return err
		}
		switch kind {
		case 'E':
			return fmt.Errorf("the server refuses: %s", strings.ReplaceAll(string(body), "\x00", " "))
		case 'Z':
			return nil
		case 'R':
			reply, err := exchange.reply(body, password)
			if err != nil {
				return err
			}
			if reply != nil {
				if err := send(connection, 'p', reply); err != nil {
					return err
				}
			}
		}
	}
}

func send(connection io.Writer, kind byte, body []byte) error {
	var message []byte
	if kind != 0 {
		message = append(message, kind)
	}
	message = binary.BigEndian.AppendUint32(message, uint32(len(body)+4))
	_, err := connection.Write(append(message, body...))
	return err
}

func receive(connection io.Reader) (byte, []byte, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(connection, head); err != nil {
		return 0, nil, err
	}
	length := binary.BigEndian.Uint32(head[1:])
	if length < 4 || length > 1<<20 {
		return 0, nil, errors.New("not a message of PostgreSQL")
	}
	body := make([]byte, length-4)
	_, err := io.ReadFull(connection, body)
	return head[0], body, err
}

// scram is the client's side of SCRAM-SHA-256 (RFC 7677).
type scram struct{ first string }

func (exchange *scram) reply(request []byte, password string) ([]byte, error) {
	if len(request) < 4 {
		return nil, errors.New("not a message of PostgreSQL")
	}
	switch data := request[4:]; binary.BigEndian.Uint32(request) {
	case 0, 12:
		return nil, nil
	case 10:
		if !bytes.Contains(data, []byte("SCRAM-SHA-256\x00")) {
			return nil, errors.New("the server does not offer SCRAM-SHA-256")
		}
		exchange.first = "n=,r=" + rand.Text()
		text := "n,," + exchange.first
		reply := append([]byte("SCRAM-SHA-256\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(text)))...)
		return append(reply, text...), nil
	case 11:
		return exchange.proof(string(data), password)
	default:
		return nil, fmt.Errorf("the server wants authentication %d", binary.BigEndian.Uint32(request))
	}
}

func (exchange *scram) proof(challenge, password string) ([]byte, error) {
	fields := map[string]string{}
	for _, field := range strings.Split(challenge, ",") {
		if name, value, found := strings.Cut(field, "="); found {
			fields[name] = value
		}
	}
	salt, err := base64.StdEncoding.DecodeString(fields["s"])
	if err != nil {
		return nil, err
	}
	iterations, err := strconv.Atoi(fields["i"])
	if err != nil {
		return nil, err
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return nil, err
	}
	key := mac(salted, "Client Key")
	stored := sha256.Sum256(key)
	final := "c=biws,r=" + fields["r"]
	signature := mac(stored[:], exchange.first+","+challenge+","+final)
	for i := range key {
		key[i] ^= signature[i]
	}
	return []byte(final + ",p=" + base64.StdEncoding.EncodeToString(key)), nil
}

func mac(key []byte, message string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(message))
	return hash.Sum(nil)
}
