package main

import "syscall"

const (
	// longestHeader is the limit of the status line and the header fields together.
	longestHeader = 64 * 1024
	// bodyPatience is for how many milliseconds a failed check waits for a body to show.
	bodyPatience = 200
)

func checkTCP(check check, end deadline) (exitCode int, line string) {
	subject := "connect to port " + decimal(check.port) + ": "
	_, host, failure := dial(check.port, end)
	if failure != "" {
		return exitUnhealthy, subject + failure
	}
	return exitHealthy, subject + "connected on " + host
}

func checkHTTP(check check, end deadline) (exitCode int, line string) {
	socket, host, failure := dial(check.port, end)
	if failure != "" {
		return exitUnhealthy, subject("127.0.0.1", check) + failure
	}
	if err := send(socket, request(check), end); err != nil {
		return exitUnhealthy, subject(host, check) + "sending the request: " + err.Error()
	}
	answer := &reader{socket: socket, end: end, timeout: check.timeout}
	response, failure := answer.response()
	if failure != "" {
		return exitUnhealthy, subject(host, check) + failure
	}
	line = subject(host, check) + trim(decimal(response.status)+" "+shown(response.reason))
	if check.accepts(response.status) {
		return exitHealthy, line
	}
	if body := shown(answer.beginningOfBody(response.chunked)); body != "" {
		line += "; body: " + body
	}
	return exitUnhealthy, line
}

func subject(host string, check check) string {
	return "GET http://" + host + ":" + decimal(check.port) + check.path + ": "
}

func request(check check) []byte {
	return []byte("GET " + check.path + " HTTP/1.1\r\n" +
		"Host: " + check.hostHeader + "\r\n" +
		"User-Agent: cdktf-go-docker-probe\r\n" +
		"Accept: */*\r\n" +
		"Connection: close\r\n\r\n")
}

type response struct {
	status  int
	reason  string
	chunked bool
}

// reader takes an answer from a socket line by line.
type reader struct {
	socket  int
	end     deadline
	timeout int
	buffer  []byte // everything that has arrived
	taken   int    // how much of it line has handed out
	closed  bool
}

// fill reads once more; at the end of the stream it sets closed.
func (r *reader) fill(end deadline) error {
	chunk := make([]byte, 4096)
	size, err := receive(r.socket, chunk, end)
	if err != nil {
		return err
	}
	r.closed = size == 0
	r.buffer = append(r.buffer, chunk[:size]...)
	return nil
}

// line returns the next line without its end.
func (r *reader) line() (line string, failure string) {
	for scanned := r.taken; ; {
		for ; scanned < len(r.buffer); scanned++ {
			if r.buffer[scanned] == '\n' {
				line = string(r.buffer[r.taken:scanned])
				r.taken = scanned + 1
				if len(line) > 0 && line[len(line)-1] == '\r' {
					line = line[:len(line)-1]
				}
				return line, ""
			}
		}
		if len(r.buffer) >= longestHeader {
			return "", "the header of the answer is longer than " + decimal(longestHeader) + " bytes"
		}
		err := r.fill(r.end)
		switch {
		case err == syscall.ETIMEDOUT:
			return "", "no complete answer within " + decimal(r.timeout) + " ms" + r.soFar()
		case err != nil:
			return "", "reading the answer: " + err.Error() + r.soFar()
		case r.closed:
			return "", "the connection was closed before a complete answer" + r.soFar()
		}
	}
}

func (r *reader) soFar() string {
	if len(r.buffer) == 0 {
		return "; nothing was received"
	}
	return "; received: " + shown(string(r.buffer))
}

// response reads the status line and the header fields of the final answer.
func (r *reader) response() (answer response, failure string) {
	for {
		line, failure := r.line()
		if failure != "" {
			return response{}, failure
		}
		status, reason, valid := parseStatusLine(line)
		if !valid {
			return response{}, "not an HTTP/1 answer: " + quote(line)
		}
		answer = response{status: status, reason: reason}
		for {
			if line, failure = r.line(); failure != "" {
				return response{}, failure
			}
			if line == "" {
				break
			}
			name, value, valid := parseHeaderField(line)
			if !valid {
				return response{}, "malformed header field in the answer: " + quote(line)
			}
			if name == "transfer-encoding" && lower(value) == "chunked" {
				answer.chunked = true
			}
		}
		// Informational answers (103 Early Hints) come before the one that counts.
		isInformational := status < 200 && status != 101
		if !isInformational {
			return answer, ""
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
