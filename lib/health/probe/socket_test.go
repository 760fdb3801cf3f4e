package main

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// boundSocket returns a TCP socket with a free port of the loopback address, and its address.
func boundSocket(t *testing.T, family int) (socket int, address syscall.Sockaddr) {
	t.Helper()
	socket, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(socket) })
	for _, candidate := range loopback(0) {
		if candidate.family == family {
			if err := syscall.Bind(socket, candidate.address); err != nil {
				t.Fatal(err)
			}
		}
	}
	if address, err = syscall.Getsockname(socket); err != nil {
		t.Fatal(err)
	}
	return socket, address
}

func portOf(address syscall.Sockaddr) int {
	if known, isInet4 := address.(*syscall.SockaddrInet4); isInet4 {
		return known.Port
	}
	return address.(*syscall.SockaddrInet6).Port
}

// fullPort returns a port whose queue of connections that wait to be accepted is full: the next one gets no answer.
func fullPort(t *testing.T, family int, host string) (port string) {
	t.Helper()
	socket, address := boundSocket(t, family)
	if err := syscall.Listen(socket, 0); err != nil {
		t.Fatal(err)
	}
	port = decimal(portOf(address))
	for filled := 0; filled < 100; filled++ {
		connection, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), 300*time.Millisecond)
		if err != nil {
			return port
		}
		t.Cleanup(func() { connection.Close() })
	}
	t.Fatal("the kernel keeps accepting")
	return ""
}

func TestConnectTimesOutWhereNobodyAccepts(t *testing.T) {
	port := fullPort(t, syscall.AF_INET, "127.0.0.1")
	expect(t, exitUnhealthy, "connect to port "+port+": connection timed out on 127.0.0.1", "tcp", port, "--timeout", "200")
	expect(t, exitUnhealthy, "GET http://127.0.0.1:"+port+"/: connection timed out on 127.0.0.1", "http", port, "/", "--timeout", "200")
}

func TestEachAddressTellsItsOwnReason(t *testing.T) {
	needIPv6(t)
	port := fullPort(t, syscall.AF_INET6, "::1")
	expect(t, exitUnhealthy, "connect to port "+port+": connection refused on 127.0.0.1, connection timed out on [::1]", "tcp", port, "--timeout", "200")
	port = closedPort(t)
	expect(t, exitUnhealthy, "connect to port "+port+": connection refused on 127.0.0.1 and [::1]", "tcp", port)
}

func TestSelfConnectionIsNoListener(t *testing.T) {
	for _, family := range []int{syscall.AF_INET, syscall.AF_INET6} {
		if family == syscall.AF_INET6 {
			needIPv6(t)
		}
		socket, own := boundSocket(t, family)
		if err := connectSocket(socket, own, deadlineIn(10_000)); err != syscall.ECONNREFUSED {
			t.Errorf("a socket that is connected to itself was taken for a connection to a server: %v", err)
		}
	}
}

func TestUnconnectedSocketIsNoSelfConnection(t *testing.T) {
	socket, _ := boundSocket(t, syscall.AF_INET)
	if selfConnected(socket) || selfConnected(-1) {
		t.Error("a socket without a peer was taken for one that is connected to itself")
	}
}

func TestClockRuns(t *testing.T) {
	for reading := 0; reading < 150; reading++ {
		before := now()
		time.Sleep(10 * time.Millisecond)
		if passed := now() - before; passed < 9 {
			t.Fatalf("%d ms passed while 10 did", passed)
		}
	}
}

func TestSooner(t *testing.T) {
	early, late := deadlineIn(1_000), deadlineIn(3_600_000)
	if got := early.sooner(60_000); got != early {
		t.Errorf("got %d, want %d", got, early)
	}
	if got := late.sooner(60_000); got >= late || got < early {
		t.Errorf("got %d, not between %d and %d", got, early, late)
	}
}

func TestConnectionToAServerIsNoSelfConnection(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		if address == "::1" {
			needIPv6(t)
		}
		port := listen(t, address, func(net.Conn) { select {} })
		number, _ := number(port, 1, 65_535)
		socket, _, failure := dial("", number, deadlineIn(10_000))
		if failure.happened() {
			t.Fatal(failure.text)
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
	socket, _, failure := dial("", number, deadlineIn(10_000))
	if failure.happened() {
		t.Fatal(failure.text)
	}
	defer syscall.Close(socket)
	past := deadline(now())
	if _, err := socketStream(socket).receive(make([]byte, 1), past); err != syscall.ETIMEDOUT {
		t.Errorf("receive: got %v", err)
	}
	if err := socketStream(socket).send([]byte("x"), past); err != syscall.ETIMEDOUT {
		t.Errorf("send: got %v", err)
	}
	if _, _, failure := dial("", number, past); !strings.HasPrefix(failure.text, "connection timed out") || !failure.silent || failure.refused {
		t.Errorf("dial: got %q", failure.text)
	}
}

func TestSendTimesOutWhereNobodyReads(t *testing.T) {
	port := listen(t, "127.0.0.1", func(net.Conn) { select {} })
	number, _ := number(port, 1, 65_535)
	socket, _, failure := dial("", number, deadlineIn(10_000))
	if failure.happened() {
		t.Fatal(failure.text)
	}
	defer syscall.Close(socket)
	if err := socketStream(socket).send(make([]byte, 64<<20), deadlineIn(200)); err != syscall.ETIMEDOUT {
		t.Errorf("got %v", err)
	}
}
