package main

import (
	"syscall"
	"unsafe"
)

// deadline is a moment of the monotonic clock, in milliseconds.
type deadline int64

func deadlineIn(milliseconds int) deadline {
	return deadline(now() + int64(milliseconds))
}

// sooner returns the earlier one of the deadline and the moment in so many milliseconds.
func (d deadline) sooner(milliseconds int) deadline {
	if other := deadlineIn(milliseconds); other < d {
		return other
	}
	return d
}

func now() int64 {
	const clockMonotonic = 1
	var reading syscall.Timespec
	// Package time would cost 110 kB, and the wall clock that package syscall offers may jump.
	_, _, failure := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&reading)), 0)
	if failure != 0 {
		finish(exitUnhealthy, "cannot read the clock: "+failure.Error())
	}
	return int64(reading.Sec)*1_000 + int64(reading.Nsec)/1_000_000
}

// limit makes the next blocking call on the socket end at the deadline; it fails with ETIMEDOUT when
// that has passed, since the kernel takes a zero for "no limit".
func limit(socket, option int, end deadline) error {
	remaining := int64(end) - now()
	if remaining <= 0 {
		return syscall.ETIMEDOUT
	}
	value := syscall.NsecToTimeval(remaining * 1_000_000)
	return syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, option, &value)
}

type endpoint struct {
	family  int
	name    string
	address syscall.Sockaddr
}

func loopback(port int) []endpoint {
	return []endpoint{
		{syscall.AF_INET, "127.0.0.1", &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}},
		{syscall.AF_INET6, "[::1]", &syscall.SockaddrInet6{Port: port, Addr: [16]byte{15: 1}}},
	}
}

// dial connects to the port, over IPv4 and then IPv6, because a server may listen on one of them only.
// A failure is told as text, or empty.
func dial(port int, end deadline) (socket int, host string, failure string) {
	var reasons, hosts []string
	for _, candidate := range loopback(port) {
		socket, err := connect(candidate, end)
		if err == nil {
			return socket, candidate.name, ""
		}
		if err == syscall.EAFNOSUPPORT || err == syscall.EADDRNOTAVAIL {
			continue
		}
		reasons, hosts = append(reasons, err.Error()), append(hosts, candidate.name)
		if err == syscall.ETIMEDOUT {
			break
		}
	}
	switch {
	case len(reasons) == 0:
		return -1, "", "no loopback address to connect to"
	case len(reasons) == 1:
		return -1, "", reasons[0] + " on " + hosts[0]
	case reasons[0] == reasons[1]:
		return -1, "", reasons[0] + " on " + hosts[0] + " and " + hosts[1]
	default:
		return -1, "", reasons[0] + " on " + hosts[0] + ", " + reasons[1] + " on " + hosts[1]
	}
}

func connect(to endpoint, end deadline) (socket int, err error) {
	socket, err = syscall.Socket(to.family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err = connectSocket(socket, to.address, end); err != nil {
		syscall.Close(socket)
		return -1, err
	}
	return socket, nil
}

func connectSocket(socket int, address syscall.Sockaddr, end deadline) error {
	for {
		if err := limit(socket, syscall.SO_SNDTIMEO, end); err != nil {
			return err
		}
		err := syscall.Connect(socket, address)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil && err != syscall.EISCONN:
			return timedOut(err)
		case selfConnected(socket):
			return syscall.ECONNREFUSED
		}
		return nil
	}
}

// selfConnected tells whether the socket talks to itself: where nobody listens on a port of the
// ephemeral range, the kernel may pick that very port as the local one, and TCP then connects.
func selfConnected(socket int) bool {
	local, localErr := syscall.Getsockname(socket)
	peer, peerErr := syscall.Getpeername(socket)
	return localErr == nil && peerErr == nil && portOf(local) == portOf(peer)
}

func portOf(address syscall.Sockaddr) int {
	switch known := address.(type) {
	case *syscall.SockaddrInet4:
		return known.Port
	case *syscall.SockaddrInet6:
		return known.Port
	}
	return -1
}

func send(socket int, data []byte, end deadline) error {
	for len(data) > 0 {
		if err := limit(socket, syscall.SO_SNDTIMEO, end); err != nil {
			return err
		}
		written, err := syscall.Write(socket, data)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return timedOut(err)
		}
		data = data[written:]
	}
	return nil
}

// receive returns 0 at the end of the stream.
func receive(socket int, into []byte, end deadline) (size int, err error) {
	for {
		if err := limit(socket, syscall.SO_RCVTIMEO, end); err != nil {
			return 0, err
		}
		size, err = syscall.Read(socket, into)
		if err != syscall.EINTR {
			return size, timedOut(err)
		}
	}
}

// timedOut gives one name to what the kernel answers when SO_RCVTIMEO or SO_SNDTIMEO has passed.
func timedOut(err error) error {
	if err == syscall.EAGAIN || err == syscall.EINPROGRESS || err == syscall.EALREADY {
		return syscall.ETIMEDOUT
	}
	return err
}
