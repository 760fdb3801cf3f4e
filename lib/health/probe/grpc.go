package main

// The standard health check of gRPC: https://github.com/grpc/grpc/blob/master/doc/health-checking.md

const longestService = 1_000

var servingStatus = [...]string{"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"}

const serving = 1

var codeNames = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

const codeNotFound, codeUnimplemented = 5, 12

func checkGRPC(check check, end deadline) verdict {
	connection, name, problem := open(check, "h2", end)
	subject := callSubject(name, check)
	if problem.happened() {
		return problem.verdict(subject)
	}
	defer connection.close()
	if err := connection.send(call(check), end); err != nil {
		return failed("sending the request: ", err).verdict(subject)
	}
	answer := grpcAnswer{}
	if problem = answer.read(&reader{stream: connection, end: end, timeout: check.timeout}); problem.happened() {
		return problem.verdict(subject)
	}
	isServing, line := answer.judged(check.service)
	if isServing {
		return verdict{exitCode: exitHealthy, line: subject + line}
	}
	return verdict{exitCode: exitUnhealthy, line: subject + line}
}

func callSubject(name string, check check) string {
	if check.host != "" {
		name = check.host
	} else if name == "" {
		name = "127.0.0.1"
	}
	subject := check.mode + " health of "
	if check.service != "" {
		subject += quote(check.service) + " on "
	}
	return subject + name + ":" + decimal(check.port) + ": "
}

// call is everything that the probe has to send before the answer.
func call(check check) []byte {
	scheme := "http"
	if check.isTLS() {
		scheme = "https"
	}
	var fields []byte
	fields = appendField(fields, ":method", "POST")
	fields = appendField(fields, ":scheme", scheme)
	fields = appendField(fields, ":path", "/grpc.health.v1.Health/Check")
	fields = appendField(fields, ":authority", check.hostHeader)
	fields = appendField(fields, "content-type", "application/grpc")
	fields = appendField(fields, "te", "trailers")
	fields = appendField(fields, "user-agent", userAgent)

	var message []byte
	if check.service != "" {
		const serviceField = 1<<3 | 2 // the first field of HealthCheckRequest, a text
		message = append(message, serviceField)
		message = append(appendVarint(message, len(check.service)), check.service...)
	}
	size := len(message)
	body := append([]byte{0, byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}, message...)

	sent := []byte(preface)
	sent = appendFrame(sent, frame{kind: frameSettings, payload: ownSettings})
	sent = appendFrame(sent, frame{kind: frameHeaders, flags: flagEndHeaders, stream: 1, payload: fields})
	return appendFrame(sent, frame{kind: frameData, flags: flagEndStream, stream: 1, payload: body})
}

type grpcAnswer struct {
	httpStatus string
	code       int // -1 where the server sent something else
	hasCode    bool
	message    string
	body       []byte
	ended      bool
}

// read takes frames until the answer has ended.
func (a *grpcAnswer) read(from *reader) failure {
	for begun := false; !a.ended; begun = true {
		frame, problem := from.frame()
		if !begun && !problem.silent && (problem.happened() || frame.kind != frameSettings) {
			return failure{text: "not an HTTP/2 answer: " + quote(string(from.buffer))}
		}
		if problem.happened() {
			return problem
		}
		from.progress = "; the server speaks HTTP/2, but did not answer the call"
		if problem = a.take(frame, from); problem.happened() {
			return problem
		}
	}
	return failure{}
}

func (a *grpcAnswer) take(received frame, from *reader) failure {
	malformed := failure{text: "malformed HTTP/2 answer"}
	switch received.kind {
	case frameSettings, framePing:
		if !received.has(flagAcknowledged) {
			acknowledged := frame{kind: received.kind, flags: flagAcknowledged}
			if received.kind == framePing {
				acknowledged.payload = received.payload
			}
			if err := from.stream.send(appendFrame(nil, acknowledged), from.end); err != nil {
				return failed("answering the server: ", err)
			}
		}
	case frameGoAway:
		if len(received.payload) < 8 {
			return malformed
		}
		code := word(received.payload[4:])
		if word(received.payload) < 1 || code != 0 {
			reason := shown(string(received.payload[8:]))
			return failure{text: trim("the server ended the connection: " + errorName(code) + " " + reason)}
		}
	case frameReset:
		if received.stream == 1 {
			return failure{text: "the server ended the call: " + errorName(word(received.payload))}
		}
	case frameHeaders:
		block, valid := received.content()
		for last := received; valid && !last.has(flagEndHeaders); {
			var problem failure
			if last, problem = from.frame(); problem.happened() {
				return problem
			}
			valid = last.kind == frameContinuation
			block = append(block[:len(block):len(block)], last.payload...)
		}
		if !valid || !a.fields(block) {
			return malformed
		}
		a.ended = received.has(flagEndStream)
	case frameData:
		content, valid := received.content()
		if !valid {
			return malformed
		}
		a.body = append(a.body, content...)
		a.ended = received.has(flagEndStream)
	}
	return failure{}
}

func (a *grpcAnswer) fields(block []byte) bool {
	for fields := (headerBlock{block, true}); ; {
		if !fields.more() {
			return fields.valid
		}
		switch name, value := fields.field(); name {
		case ":status":
			a.httpStatus = value
		case "grpc-status":
			a.hasCode, a.code = true, codeOf(value)
		case "grpc-message":
			a.message = percentDecoded(value)
		}
	}
}

func codeOf(text string) int {
	if text == "0" {
		return 0
	}
	if code, valid := number(text, 1, len(codeNames)-1); valid {
		return code
	}
	return -1
}

// judged tells whether the answer means that the service serves, and what to say of it.
func (a *grpcAnswer) judged(service string) (isServing bool, line string) {
	switch {
	case a.httpStatus != "200":
		return false, "HTTP status " + shown(a.httpStatus) + ", which is no answer of a gRPC server"
	case !a.hasCode:
		return false, "the answer holds no grpc-status"
	case a.code < 0:
		return false, "the answer holds a grpc-status that is none"
	case a.code > 0:
		line = codeNames[a.code]
		if message := shown(a.message); message != "" {
			line += ": " + message
		}
		switch {
		case a.code == codeUnimplemented:
			line += "; the server has no grpc.health.v1.Health"
		case a.code == codeNotFound && service != "":
			line += "; the health server does not know this service"
		}
		return false, line
	}
	status, valid := statusOf(a.body)
	switch {
	case !valid:
		return false, "the answer is no HealthCheckResponse"
	case status >= len(servingStatus):
		return false, "status " + decimal(status)
	}
	return status == serving, servingStatus[status]
}

// statusOf reads the one field of HealthCheckResponse from an uncompressed gRPC message; what is unknown is skipped.
func statusOf(body []byte) (status int, valid bool) {
	if len(body) < 5 || body[0] != 0 || word(body[1:]) != len(body)-5 {
		return 0, false
	}
	for rest := body[5:]; len(rest) > 0; {
		var tag, value int
		if tag, rest, valid = varint(rest); !valid {
			return 0, false
		}
		size := 0
		switch tag & 7 {
		case 0:
			if value, rest, valid = varint(rest); !valid {
				return 0, false
			}
			if tag>>3 == 1 {
				status = value
			}
		case 1:
			size = 8
		case 2:
			if size, rest, valid = varint(rest); !valid {
				return 0, false
			}
		case 5:
			size = 4
		default:
			return 0, false
		}
		if size < 0 || size > len(rest) {
			return 0, false
		}
		rest = rest[size:]
	}
	return status, status >= 0
}

func appendVarint(to []byte, value int) []byte {
	for ; value >= 0x80; value >>= 7 {
		to = append(to, byte(value)|0x80)
	}
	return append(to, byte(value))
}

// varint reads a number of protobuf, up to the size of an int32.
func varint(from []byte) (value int, rest []byte, valid bool) {
	for i := 0; i < len(from) && i < 10; i++ {
		if i < 5 {
			value |= int(from[i]&0x7f) << uint(7*i)
		}
		if from[i]&0x80 == 0 {
			return int(int32(value)), from[i+1:], true
		}
	}
	return 0, nil, false
}

func percentDecoded(text string) string {
	var decoded []byte
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if value, valid := hexadecimal(text[i+1 : i+3]); valid {
				decoded = append(decoded, byte(value))
				i += 2
				continue
			}
		}
		decoded = append(decoded, text[i])
	}
	return string(decoded)
}
