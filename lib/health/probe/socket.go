package main

import "syscall"

// waited is for how many milliseconds the probe has waited in calls that had that much time. What is beyond it
// was lost by the probe itself: see lateness.
var waited int64

// limit makes the next blocking call on the socket end at the deadline, and returns what to call after it.
// It fails with ETIMEDOUT when the deadline has passed, since the kernel takes a zero for "no limit".
func limit(socket, option int, end deadline) (done func(), err error) {
	started := now()
	allowed := int64(end) - started
	if allowed <= 0 {
		return nil, syscall.ETIMEDOUT
	}
	value := syscall.NsecToTimeval(allowed * 1_000_000)
	return func() {
		took := now() - started
		if took > allowed {
			took = allowed
		}
		waited += took
	}, syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, option, &value)
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

// dial connects to the host or, without one, to this machine: over IPv4 and then IPv6, because a server may
// listen on one of them only.
func dial(host string, port int, end deadline) (socket int, name string, problem failure) {
	candidates := loopback(port)
	if host != "" {
		if candidates, problem = resolve(host, port, end); problem.happened() {
			return -1, "", problem
		}
	}
	problem = failure{text: "no loopback address to connect to"}
	for _, candidate := range candidates {
		socket, err := connect(candidate, end)
		if err == nil {
			return socket, candidate.name, failure{}
		}
		if host == "" && (err == syscall.EAFNOSUPPORT || err == syscall.EADDRNOTAVAIL) {
			continue
		}
		problem = alsoFailed(problem, err, candidate.name)
		if err == syscall.ETIMEDOUT {
			break
		}
	}
	return -1, "", problem
}

// alsoFailed adds a failed attempt: "connection refused on 127.0.0.1 and [::1]".
func alsoFailed(before failure, err error, name string) failure {
	this := failed("", err)
	reason := this.text
	this.text += " on " + name
	if before.reason == "" {
		this.reason = reason
		return this
	}
	if before.reason == reason {
		this.text = before.text + " and " + name
	} else {
		this.text = before.text + ", " + this.text
	}
	this.reason = reason
	this.silent = this.silent && before.silent
	this.refused = this.refused && before.refused
	return this
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
		done, err := limit(socket, syscall.SO_SNDTIMEO, end)
		if err != nil {
			return err
		}
		err = syscall.Connect(socket, address)
		done()
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
	return localErr == nil && peerErr == nil && sameAddress(local, peer)
}

func sameAddress(one, other syscall.Sockaddr) bool {
	switch known := one.(type) {
	case *syscall.SockaddrInet4:
		same, isInet4 := other.(*syscall.SockaddrInet4)
		return isInet4 && known.Port == same.Port && known.Addr == same.Addr
	case *syscall.SockaddrInet6:
		same, isInet6 := other.(*syscall.SockaddrInet6)
		return isInet6 && known.Port == same.Port && known.Addr == same.Addr
	}
	return false
}

// stream is a connection: a socket, or what a build with TLS lays over one.
type stream interface {
	send(data []byte, end deadline) error
	// receive returns 0 at the end of the stream.
	receive(into []byte, end deadline) (size int, err error)
	close()
}

type socketStream int

func (s socketStream) send(data []byte, end deadline) error {
	for len(data) > 0 {
		done, err := limit(int(s), syscall.SO_SNDTIMEO, end)
		if err != nil {
			return err
		}
		written, err := syscall.Write(int(s), data)
		done()
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

func (s socketStream) receive(into []byte, end deadline) (size int, err error) {
	for {
		done, err := limit(int(s), syscall.SO_RCVTIMEO, end)
		if err != nil {
			return 0, err
		}
		size, err = syscall.Read(int(s), into)
		done()
		if err != syscall.EINTR {
			return size, timedOut(err)
		}
	}
}

func (s socketStream) close() { syscall.Close(int(s)) }

// timedOut gives one name to what the kernel answers when SO_RCVTIMEO or SO_SNDTIMEO has passed.
func timedOut(err error) error {
	if err == syscall.EAGAIN || err == syscall.EINPROGRESS || err == syscall.EALREADY {
		return syscall.ETIMEDOUT
	}
	return err
}
