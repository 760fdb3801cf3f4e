package main

import "syscall"

const (
	// longestHeader is the limit of the status line and the header fields together.
	longestHeader = 64 * 1024
	userAgent     = "cdktf-go-docker-probe"
	// bodyPatience is for how many milliseconds a failed check waits for a body to show.
	bodyPatience = 200
)

func checkTCP(check check, end deadline) verdict {
	subject := "connect to port " + decimal(check.port) + ": "
	if check.host != "" {
		subject = "connect to " + check.host + ":" + decimal(check.port) + ": "
	}
	socket, name, problem := dial(check.host, check.port, end)
	if problem.happened() {
		return problem.verdict(subject)
	}
	syscall.Close(socket)
	return verdict{exitCode: exitHealthy, line: subject + "connected on " + name}
}

func checkHTTP(check check, end deadline) verdict {
	connection, name, problem := open(check, "http/1.1", end)
	subject := subject(name, check)
	if problem.happened() {
		return problem.verdict(subject)
	}
	defer connection.close()
	if err := connection.send(request(check), end); err != nil {
		return failed("sending the request: ", err).verdict(subject)
	}
	answer := &reader{stream: connection, end: end, timeout: check.timeout}
	response, problem := answer.response()
	if problem.happened() {
		return problem.verdict(subject)
	}
	line := subject + trim(decimal(response.status)+" "+shown(response.reason))
	if check.accepts(response.status) {
		return verdict{exitCode: exitHealthy, line: line}
	}
	if body := shown(answer.beginningOfBody(response.chunked)); body != "" {
		line += "; body: " + body
	}
	return verdict{exitCode: exitUnhealthy, line: line}
}

// open connects, with TLS where the check asks for it. The name is that of the address, for the output.
func open(check check, protocol string, end deadline) (connection stream, name string, problem failure) {
	socket, name, problem := dial(check.host, check.port, end)
	if problem.happened() {
		return nil, "", problem
	}
	if !check.isTLS() {
		return socketStream(socket), name, failure{}
	}
	if connection, problem = secure(socketStream(socket), check.tls, protocol, end); problem.happened() {
		syscall.Close(socket)
		return nil, name, problem
	}
	return connection, name, failure{}
}

// subject names what was asked; the name is that of the address, and empty where nothing was connected.
func subject(name string, check check) string {
	if check.host != "" {
		name = check.host
	} else if name == "" {
		name = "127.0.0.1"
	}
	return "GET " + check.mode + "://" + name + ":" + decimal(check.port) + check.path + ": "
}

func request(check check) []byte {
	return []byte("GET " + check.path + " HTTP/1.1\r\n" +
		"Host: " + check.hostHeader + "\r\n" +
		"User-Agent: " + userAgent + "\r\n" +
		"Accept: */*\r\n" +
		"Connection: close\r\n\r\n")
}

type response struct {
	status  int
	reason  string
	chunked bool
}

// reader takes an answer from a connection, line by line or in pieces of known size.
type reader struct {
	stream  stream
	end     deadline
	timeout int
	buffer  []byte // everything that has arrived
	taken   int    // how much of it line has handed out
	closed  bool
	// progress says how far the server came, where what was received is not for people.
	progress string
}

// fill reads once more; at the end of the stream it sets closed.
func (r *reader) fill(end deadline) error {
	chunk := make([]byte, 4096)
	size, err := r.stream.receive(chunk, end)
	if err != nil {
		return err
	}
	r.closed = size == 0
	r.buffer = append(r.buffer, chunk[:size]...)
	return nil
}

// line returns the next line without its end.
func (r *reader) line() (line string, problem failure) {
	for scanned := r.taken; ; {
		for ; scanned < len(r.buffer); scanned++ {
			if r.buffer[scanned] == '\n' {
				line = string(r.buffer[r.taken:scanned])
				r.taken = scanned + 1
				if len(line) > 0 && line[len(line)-1] == '\r' {
					line = line[:len(line)-1]
				}
				return line, failure{}
			}
		}
		if len(r.buffer) >= longestHeader {
			return "", failure{text: "the header of the answer is longer than " + decimal(longestHeader) + " bytes"}
		}
		if problem = r.more(); problem.happened() {
			return "", problem
		}
	}
}

// take returns the next bytes, as many as asked for.
func (r *reader) take(size int) (taken []byte, problem failure) {
	for len(r.buffer)-r.taken < size {
		if problem = r.more(); problem.happened() {
			return nil, problem
		}
	}
	r.taken += size
	return r.buffer[r.taken-size : r.taken], failure{}
}

// more reads once more. A part of an answer counts as silence: the program stopped in the middle of it.
func (r *reader) more() failure {
	err := r.fill(r.end)
	switch {
	case err == syscall.ETIMEDOUT:
		return failure{text: "no complete answer within " + decimal(r.timeout) + " ms" + r.soFar(), silent: true}
	case err != nil:
		problem := failed("reading the answer: ", err)
		problem.text += r.soFar()
		return problem
	case r.closed:
		return failure{text: "the connection was closed before a complete answer" + r.soFar(), silent: true}
	}
	return failure{}
}

func (r *reader) soFar() string {
	if r.progress != "" {
		return r.progress
	}
	if len(r.buffer) == 0 {
		return "; nothing was received"
	}
	return "; received: " + shown(string(r.buffer))
}

// response reads the status line and the header fields of the final answer.
func (r *reader) response() (answer response, problem failure) {
	for {
		line, problem := r.line()
		if problem.happened() {
			return response{}, problem
		}
		status, reason, valid := parseStatusLine(line)
		if !valid {
			return response{}, failure{text: "not an HTTP/1 answer: " + quote(line)}
		}
		answer = response{status: status, reason: reason}
		for {
			if line, problem = r.line(); problem.happened() {
				return response{}, problem
			}
			if line == "" {
				break
			}
			name, value, valid := parseHeaderField(line)
			if !valid {
				return response{}, failure{text: "malformed header field in the answer: " + quote(line)}
			}
			if name == "transfer-encoding" && lower(value) == "chunked" {
				answer.chunked = true
			}
		}
		// Informational answers (103 Early Hints) come before the one that counts.
		isInformational := status < 200 && status != 101
		if !isInformational {
			return answer, failure{}
		}
	}
}

// beginningOfBody returns what a person needs to see why a check failed; it does not fail itself.
func (r *reader) beginningOfBody(chunked bool) string {
	r.end = r.end.sooner(bodyPatience)
	size := longestShown * 4 // a character takes up to four bytes
	if chunked {
		line, _ := r.line()
		if chunkSize, valid := hexadecimal(line); valid && chunkSize < size {
			size = chunkSize
		}
	}
	for len(r.buffer)-r.taken < size && !r.closed {
		if r.fill(r.end) != nil {
			break
		}
	}
	body := r.buffer[r.taken:]
	if len(body) > size {
		body = body[:size]
	}
	return string(body)
}

// parseStatusLine reads "HTTP/1.1 200 OK"; the reason may be missing, even with its space.
func parseStatusLine(line string) (status int, reason string, valid bool) {
	const version, code = len("HTTP/1.1"), len("HTTP/1.1 200")
	if len(line) < code || line[:version-1] != "HTTP/1." || line[version-1] != '0' && line[version-1] != '1' || line[version] != ' ' {
		return 0, "", false
	}
	if status, valid = number(line[version+1:code], 100, 599); !valid {
		return 0, "", false
	}
	if len(line) > code {
		if line[code] != ' ' {
			return 0, "", false
		}
		reason = line[code+1:]
	}
	for _, character := range reason {
		if unprintable(character) && character != '\t' {
			return 0, "", false
		}
	}
	return status, reason, true
}

// parseHeaderField returns the name in lower case; a line that continues the field before has none.
func parseHeaderField(line string) (name, value string, valid bool) {
	if line[0] == ' ' || line[0] == '\t' {
		return "", trim(line), true
	}
	for i := 0; i < len(line); i++ {
		if line[i] == ':' {
			return lower(line[:i]), trim(line[i+1:]), i > 0
		}
		if line[i] <= ' ' || line[i] > '~' {
			break
		}
	}
	return "", "", false
}
