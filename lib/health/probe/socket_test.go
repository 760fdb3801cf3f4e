package main

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestConnectTimesOutWhereNobodyAccepts(t *testing.T) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(socket, 0); err != nil {
		t.Fatal(err)
	}
	address, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	port := portOf(address)
	// The queue of connections that wait to be accepted is full after a few: the next one gets no answer.
	for filled := 0; ; filled++ {
		connection, err := net.DialTimeout("tcp", "127.0.0.1:"+decimal(port), 300*time.Millisecond)
		if err != nil {
			break
		}
		defer connection.Close()
		if filled == 100 {
			t.Fatal("the kernel keeps accepting")
		}
	}
	expect(t, exitUnhealthy, "connect to port "+decimal(port)+": connection timed out on 127.0.0.1", "tcp", decimal(port), "--timeout", "200")
	expect(t, exitUnhealthy, "GET http://127.0.0.1:"+decimal(port)+"/: connection timed out on 127.0.0.1",
		"http", decimal(port), "/", "--timeout", "200")
}

func TestSelfConnectionIsNoListener(t *testing.T) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	own, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Connect(socket, own); err != nil {
		t.Fatal(err)
	}
	if !selfConnected(socket) {
		t.Error("a socket that is connected to itself was taken for a connection to a server")
	}
}

func TestConnectionToAServerIsNoSelfConnection(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		port := listen(t, address, func(net.Conn) { select {} })
		number, _ := number(port, 1, 65_535)
		socket, _, failure := dial(number, deadlineIn(10_000))
		if failure != "" {
			t.Fatal(failure)
		}
		if selfConnected(socket) {
			t.Errorf("a connection to a server on %s was taken for one of the socket to itself", address)
		}
		syscall.Close(socket)
	}
}

func TestPassedDeadlineIsNotTakenForNoLimit(t *testing.T) {
	port := listen(t, "127.0.0.1", func(net.Conn) { select {} })
	number, _ := number(port, 1, 65_535)
	socket, _, failure := dial(number, deadlineIn(10_000))
	if failure != "" {
		t.Fatal(failure)
	}
	defer syscall.Close(socket)
	past := deadline(now())
	if _, err := receive(socket, make([]byte, 1), past); err != syscall.ETIMEDOUT {
		t.Errorf("receive: got %v", err)
	}
	if err := send(socket, []byte("x"), past); err != syscall.ETIMEDOUT {
		t.Errorf("send: got %v", err)
	}
	if _, _, failure := dial(number, past); !strings.HasPrefix(failure, "connection timed out") {
		t.Errorf("dial: got %q", failure)
	}
}

func TestSendTimesOutWhereNobodyReads(t *testing.T) {
	port := listen(t, "127.0.0.1", func(net.Conn) { select {} })
	number, _ := number(port, 1, 65_535)
	socket, _, failure := dial(number, deadlineIn(10_000))
	if failure != "" {
		t.Fatal(failure)
	}
	defer syscall.Close(socket)
	if err := send(socket, make([]byte, 64<<20), deadlineIn(200)); err != syscall.ETIMEDOUT {
		t.Errorf("got %v", err)
	}
}
