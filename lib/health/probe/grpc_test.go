//go:build go1.24

package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serveHTTP2 serves without TLS, with Go's own HTTP/2.
func serveHTTP2(t *testing.T, handler http.HandlerFunc) (port string) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return fmt.Sprint(server.Listener.Addr().(*net.TCPAddr).Port)
}

type grpcReply struct {
	message       string
	code, details string
	atOnce        bool // the code in the header, without a message
}

func (g grpcReply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/grpc")
	prefix := http.TrailerPrefix
	if g.atOnce {
		prefix = ""
	} else {
		fmt.Fprintf(w, "\x00\x00\x00\x00%c%s", len(g.message), g.message)
	}
	w.Header().Set(prefix+"Grpc-Status", g.code)
	if g.details != "" {
		w.Header().Set(prefix+"Grpc-Message", g.details)
	}
}

func TestServingStatus(t *testing.T) {
	for name, row := range map[string]struct {
		reply    grpcReply
		wantCode int
		want     string
	}{
		"serving":           {grpcReply{message: "\x08\x01", code: "0"}, exitHealthy, "SERVING"},
		"not serving":       {grpcReply{message: "\x08\x02", code: "0"}, exitUnhealthy, "NOT_SERVING"},
		"service unknown":   {grpcReply{message: "\x08\x03", code: "0"}, exitUnhealthy, "SERVICE_UNKNOWN"},
		"unknown":           {grpcReply{message: "", code: "0"}, exitUnhealthy, "UNKNOWN"},
		"a later status":    {grpcReply{message: "\x08\x63", code: "0"}, exitUnhealthy, "status 99"},
		"a negative status": {grpcReply{message: "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", code: "0"}, exitUnhealthy, "the answer is no HealthCheckResponse"},
		"more fields":       {grpcReply{message: "\x12\x02\x08\x02\x08\x01\x1d1234\x2112345678", code: "0"}, exitHealthy, "SERVING"},
		"a cut field":       {grpcReply{message: "\x08\x01\x12\x05ab", code: "0"}, exitUnhealthy, "the answer is no HealthCheckResponse"},
		"a cut number":      {grpcReply{message: "\x08\x80", code: "0"}, exitUnhealthy, "the answer is no HealthCheckResponse"},
		"a group":           {grpcReply{message: "\x0b", code: "0"}, exitUnhealthy, "the answer is no HealthCheckResponse"},
		"unimplemented": {grpcReply{code: "12", details: "unknown service grpc.health.v1.Health", atOnce: true}, exitUnhealthy,
			"UNIMPLEMENTED: unknown service grpc.health.v1.Health; the server has no grpc.health.v1.Health"},
		"not found":        {grpcReply{code: "5", details: "unknown service", atOnce: true}, exitUnhealthy, "NOT_FOUND: unknown service; the health server does not know this service"},
		"a late code":      {grpcReply{message: "\x08\x01", code: "14", details: "50%25 %C3%A9 %zz%0A"}, exitUnhealthy, "UNAVAILABLE: 50% é %zz"},
		"no message":       {grpcReply{code: "16", atOnce: true}, exitUnhealthy, "UNAUTHENTICATED"},
		"a code too large": {grpcReply{code: "17", atOnce: true}, exitUnhealthy, "the answer holds a grpc-status that is none"},
		"a code in words":  {grpcReply{code: "OK", atOnce: true}, exitUnhealthy, "the answer holds a grpc-status that is none"},
	} {
		t.Run(name, func(t *testing.T) {
			port := serveHTTP2(t, func(w http.ResponseWriter, r *http.Request) { row.reply.write(w) })
			expect(t, row.wantCode, `grpc health of "shop.v1.Shop" on 127.0.0.1:`+port+": "+row.want, "grpc", port, "--service", "shop.v1.Shop")
		})
	}
}

func TestCall(t *testing.T) {
	type seen struct {
		request *http.Request
		body    string
	}
	calls := make(chan seen, 1)
	port := serveHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- seen{r, string(body)}
		grpcReply{message: "\x08\x01", code: "0"}.write(w)
	})
	long := strings.Repeat("x", longestService)
	for _, row := range []struct {
		options             []string
		wantHost, wantBody  string
		wantSubject         string
		wantServiceInOutput bool
	}{
		{nil, "localhost:" + port, "\x00\x00\x00\x00\x00", "", false},
		{[]string{"--service", "a"}, "localhost:" + port, "\x00\x00\x00\x00\x03\x0a\x01a", "", true},
		{[]string{"--service", long, "--host-header", "shop.example"}, "shop.example", "\x00\x00\x00\x03\xeb\x0a\xe8\x07" + long, "", true},
	} {
		code, line := probe(t, append([]string{"grpc", port}, row.options...)...)
		if code != exitHealthy || strings.Contains(line, " on 127") != row.wantServiceInOutput {
			t.Fatalf("%d %q", code, line)
		}
		got := <-calls
		if got.request.Method != "POST" || got.request.RequestURI != "/grpc.health.v1.Health/Check" || got.request.ProtoMajor != 2 {
			t.Errorf("got %s %s %s", got.request.Method, got.request.RequestURI, got.request.Proto)
		}
		header := got.request.Header
		if got.request.Host != row.wantHost || header.Get("Content-Type") != "application/grpc" || header.Get("Te") != "trailers" || header.Get("User-Agent") != userAgent {
			t.Errorf("got host %q, header %v", got.request.Host, header)
		}
		if got.body != row.wantBody {
			t.Errorf("got body %q", got.body)
		}
	}
}

func TestServersThatAreNoGRPCServers(t *testing.T) {
	port := serveHTTP2(t, http.NotFound)
	expect(t, exitUnhealthy, "grpc health of 127.0.0.1:"+port+": HTTP status 404, which is no answer of a gRPC server", "grpc", port)
	port = serveHTTP2(t, func(http.ResponseWriter, *http.Request) {})
	expect(t, exitUnhealthy, "grpc health of 127.0.0.1:"+port+": the answer holds no grpc-status", "grpc", port)
	port = serve(t, func(http.ResponseWriter, *http.Request) {})
	code, line := probe(t, "grpc", port)
	if code != exitUnhealthy || !strings.HasPrefix(line, "grpc health of 127.0.0.1:"+port+`: not an HTTP/2 answer: "HTTP/1.1 `) {
		t.Errorf("got %d %q", code, line)
	}
	port = closedPort(t)
	code, line = probe(t, "grpc", port)
	if code != exitUnhealthy || !strings.HasPrefix(line, "grpc health of 127.0.0.1:"+port+": connection refused on 127.0.0.1") {
		t.Errorf("got %d %q", code, line)
	}
}

func TestCallThatIsNeverAnswered(t *testing.T) {
	done := make(chan struct{})
	port := serveHTTP2(t, func(http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	started := time.Now()
	expect(t, exitUnhealthy, "grpc health of 127.0.0.1:"+port+": no complete answer within 300 ms; the server speaks HTTP/2, but did not answer the call",
		"grpc", port, "--timeout", "300")
	if waited := time.Since(started); waited > 30*time.Second {
		t.Errorf("waited %v", waited)
	}
}

// Frames as a server may send them, byte by byte.
func TestFrames(t *testing.T) {
	settings := "000000 04 00 00000000"
	status200 := "000001 01 04 00000001 88"
	message := "000007 00 00 00000001 00 00000002 0801"
	trailers := "00000f 01 05 00000001 00 0b 677270632d737461747573 01 30"
	for name, row := range map[string]struct{ frames, want string }{
		"plain":                  {settings + status200 + message + trailers, "SERVING"},
		"other frames between":   {settings + "000004 08 00 00000000 00010000" + "000008 06 00 00000000 0102030405060708" + "000003 5f 00 00000009 010203" + status200 + message + trailers, "SERVING"},
		"another stream":         {settings + "000004 03 00 00000003 00000008" + status200 + message + trailers, "SERVING"},
		"a message in two":       {settings + status200 + "000003 00 00 00000001 00 0000" + "000004 00 00 00000001 0002 0801" + trailers, "SERVING"},
		"padding":                {settings + "000004 01 0c 00000001 02 88 0000" + "00000a 00 08 00000001 02 00 00000002 0801 0000" + trailers, "SERVING"},
		"priority":               {settings + "000006 01 24 00000001 00000000 10 88" + message + trailers, "SERVING"},
		"a continuation":         {settings + status200 + message + "000005 01 01 00000001 00 0b 677270" + "00000a 09 04 00000001 632d737461747573 01 30", "SERVING"},
		"a farewell after it":    {settings + "000008 07 00 00000000 00000001 00000000" + status200 + message + trailers, "SERVING"},
		"early hints":            {settings + "000005 01 04 00000001 08 03 313033" + status200 + message + trailers, "SERVING"},
		"a farewell":             {settings + "00000a 07 00 00000000 00000000 00000000 6279", "the server ended the connection: NO_ERROR by"},
		"an enraged farewell":    {settings + "000008 07 00 00000000 00000001 0000000b", "the server ended the connection: ENHANCE_YOUR_CALM"},
		"an unknown error":       {settings + "000008 07 00 00000000 00000001 00000063", "the server ended the connection: error 99"},
		"a reset":                {settings + "000004 03 00 00000001 00000007", "the server ended the call: REFUSED_STREAM"},
		"no settings":            {status200 + message + trailers, `not an HTTP/2 answer: "?????????`},
		"a long frame":           {settings + "004001 00 00 00000001", "the answer is longer than it may be"},
		"too much padding":       {settings + "000002 01 0c 00000001 02 88", "malformed HTTP/2 answer"},
		"padding without length": {settings + "000000 00 08 00000001", "malformed HTTP/2 answer"},
		"short priority":         {settings + "000004 01 24 00000001 00000000", "malformed HTTP/2 answer"},
		"a broken header":        {settings + "000001 01 04 00000001 80", "malformed HTTP/2 answer"},
		"no continuation":        {settings + "000001 01 00 00000001 88" + message, "malformed HTTP/2 answer"},
		"a short farewell":       {settings + "000004 07 00 00000000 00000000", "malformed HTTP/2 answer"},
		"a compressed message":   {settings + status200 + "000007 00 00 00000001 01 00000002 0801" + trailers, "the answer is no HealthCheckResponse"},
		"two messages":           {settings + status200 + message + message + trailers, "the answer is no HealthCheckResponse"},
		"nothing":                {"", "the connection was closed before a complete answer; nothing was received"},
		"settings alone":         {settings, "the connection was closed before a complete answer; the server speaks HTTP/2, but did not answer the call"},
		"many pings":             {settings + strings.Repeat("004000 5f 00 00000000"+strings.Repeat("00", 0x4000), 17), "the answer is longer than it may be"},
	} {
		t.Run(name, func(t *testing.T) {
			sent := octets(t, row.frames)
			done := make(chan struct{})
			defer close(done)
			port := listen(t, "127.0.0.1", func(connection net.Conn) {
				connection.Read(make([]byte, 4096))
				connection.Write(sent)
				if row.want == "SERVING" {
					<-done
				}
				// Closing with something unread would be a reset.
				connection.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, connection)
			})
			code, line := probe(t, "grpc", port)
			want := exitUnhealthy
			if row.want == "SERVING" {
				want = exitHealthy
			}
			if code != want || !strings.HasPrefix(line, "grpc health of 127.0.0.1:"+port+": "+row.want) {
				t.Errorf("got %d %q, want %q", code, line, row.want)
			}
		})
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		answer := grpcAnswer{}
		problem := answer.read(&reader{stream: &recorded{sent}, end: deadlineIn(1_000)})
		if !problem.happened() && !answer.ended {
			t.Error("neither an answer nor a problem")
		}
		answer.judged("")
	})
}

// recorded is a stream that hands out what it holds.
type recorded struct{ rest []byte }

func (r *recorded) send([]byte, deadline) error { return nil }
func (r *recorded) receive(into []byte, _ deadline) (int, error) {
	size := copy(into, r.rest)
	r.rest = r.rest[size:]
	return size, nil
}
func (r *recorded) close() {}
