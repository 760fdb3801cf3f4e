package main

// Frames of HTTP/2 (RFC 9113), as far as one call needs them.
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameReset        = 0x3
	frameSettings     = 0x4
	framePing         = 0x6
	frameGoAway       = 0x7
	frameContinuation = 0x9

	flagAcknowledged = 0x1 // of settings and pings
	flagEndStream    = 0x1 // of data and headers
	flagEndHeaders   = 0x4
	flagPadded       = 0x8
	flagPriority     = 0x20

	preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

	// longestFrame is what a server may send to a client that has not allowed more.
	longestFrame = 16_384
	// longestAnswer ends the talk with a server that sends frames without answering.
	longestAnswer = 256 * 1024
)

// ownSettings allow no dynamic table of header fields and no pushed answers.
var ownSettings = []byte{0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0}

type frame struct {
	kind, flags byte
	stream      int
	payload     []byte
}

func (f frame) has(flag byte) bool { return f.flags&flag != 0 }

func appendFrame(to []byte, f frame) []byte {
	size := len(f.payload)
	to = append(to, byte(size>>16), byte(size>>8), byte(size), f.kind, f.flags, 0, 0, 0, byte(f.stream))
	return append(to, f.payload...)
}

func (r *reader) frame() (read frame, problem failure) {
	head, problem := r.take(9)
	if problem.happened() {
		return frame{}, problem
	}
	size := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
	read = frame{kind: head[3], flags: head[4], stream: word(head[5:]) & 0x7fffffff}
	if size > longestFrame || len(r.buffer) > longestAnswer {
		return frame{}, failure{text: "the answer is longer than it may be"}
	}
	read.payload, problem = r.take(size)
	return read, problem
}

// content returns the payload without padding and priority.
func (f frame) content() (content []byte, valid bool) {
	content = f.payload
	if f.has(flagPadded) {
		if len(content) == 0 || len(content)-1 < int(content[0]) {
			return nil, false
		}
		content = content[1 : len(content)-int(content[0])]
	}
	if f.kind == frameHeaders && f.has(flagPriority) {
		if len(content) < 5 {
			return nil, false
		}
		content = content[5:]
	}
	return content, true
}

// word reads four bytes; missing ones are zero.
func word(octets []byte) (value int) {
	for i := 0; i < 4; i++ {
		value <<= 8
		if i < len(octets) {
			value |= int(octets[i])
		}
	}
	return value
}

var errorNames = [...]string{
	"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
	"REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
}

func errorName(code int) string {
	if 0 <= code && code < len(errorNames) {
		return errorNames[code]
	}
	return "error " + decimal(code)
}
