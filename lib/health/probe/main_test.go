package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tests run the program as images do: built with the same flags, as a process of its own.
var program string

func TestMain(m *testing.M) {
	if behaviour := os.Getenv(behaviourVariable); behaviour != "" {
		behave(behaviour) // as the program of a trial
	}
	directory, err := os.MkdirTemp("", "probe")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(directory, "probe")
	build := exec.Command("go", "build", "-tags", buildTags, "-trimpath", "-ldflags", "-s -w -buildid=", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		panic(string(output))
	}
	exitCode := m.Run()
	os.RemoveAll(directory)
	os.Exit(exitCode)
}

// probe runs the program and checks that it printed one line, and that on the stream that fits.
func probe(t *testing.T, arguments ...string) (exitCode int, line string) {
	t.Helper()
	// A probe that never ends is a failure of the test, and must not outlive it.
	limited, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(limited, program, arguments...)
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	exitCode = command.ProcessState.ExitCode()
	wanted, other := stdout.String(), stderr.String()
	if exitCode == exitUsage {
		wanted, other = other, wanted
	}
	if other != "" || strings.Count(wanted, "\n") != 1 || !strings.HasSuffix(wanted, "\n") || len(wanted) < 2 {
		t.Fatalf("not one line on one stream: %q, %q", wanted, other)
	}
	return exitCode, strings.TrimSuffix(wanted, "\n")
}

func expect(t *testing.T, wantCode int, wantLine string, arguments ...string) {
	t.Helper()
	code, line := probe(t, arguments...)
	if code != wantCode || line != wantLine {
		t.Errorf("probe %q\n got %d %q\nwant %d %q", arguments, code, line, wantCode, wantLine)
	}
}

// listen accepts on a free port of the address and hands each connection to the handler.
func listen(t *testing.T, address string, handle func(net.Conn)) (port string) {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				handle(connection)
			}()
		}
	}()
	return fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
}

func needIPv6(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("skipped: this machine has no IPv6 loopback address: %v", err)
	}
	listener.Close()
}

// answer reads the request and writes the text; with hold it then keeps the connection open.
func answer(t *testing.T, text string, hold bool) (port string) {
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return listen(t, "127.0.0.1", func(connection net.Conn) {
		connection.Read(make([]byte, 4096))
		connection.Write([]byte(text))
		if hold {
			<-done
		}
	})
}

func serve(t *testing.T, handler http.HandlerFunc) (port string) {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return fmt.Sprint(server.Listener.Addr().(*net.TCPAddr).Port)
}

func closedPort(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
}

func TestStatusDecides(t *testing.T) {
	for _, row := range []struct {
		status   int
		options  []string
		wantCode int
		wantText string
	}{
		{200, nil, exitHealthy, "200 OK"},
		{204, nil, exitHealthy, "204 No Content"},
		{301, nil, exitHealthy, "301 Moved Permanently"},
		{399, nil, exitHealthy, "399 status code 399"},
		{400, nil, exitUnhealthy, "400 Bad Request"},
		{404, nil, exitUnhealthy, "404 Not Found"},
		{500, nil, exitUnhealthy, "500 Internal Server Error"},
		{503, nil, exitUnhealthy, "503 Service Unavailable"},
		{404, []string{"--expect", "404"}, exitHealthy, "404 Not Found"},
		{200, []string{"--expect", "404"}, exitUnhealthy, "200 OK"},
		{301, []string{"--expect", "200-299"}, exitUnhealthy, "301 Moved Permanently"},
		{299, []string{"--expect", "200-299"}, exitHealthy, "299 status code 299"},
		{401, []string{"--expect", "200-299,401"}, exitHealthy, "401 Unauthorized"},
		{402, []string{"--expect", "200-299,401"}, exitUnhealthy, "402 Payment Required"},
		{599, []string{"--expect", "100-599"}, exitHealthy, "599 status code 599"},
	} {
		t.Run(fmt.Sprint(row.status, row.options), func(t *testing.T) {
			port := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(row.status) })
			expect(t, row.wantCode, "GET http://127.0.0.1:"+port+"/healthz: "+row.wantText,
				append([]string{"http", port, "/healthz"}, row.options...)...)
		})
	}
}

func TestRequest(t *testing.T) {
	requests := make(chan *http.Request, 1)
	port := serve(t, func(w http.ResponseWriter, r *http.Request) { requests <- r })
	for _, row := range []struct {
		options  []string
		wantHost string
	}{
		{nil, "localhost:" + port},
		{[]string{"--host-header", "shop.example"}, "shop.example"},
	} {
		if code, line := probe(t, append([]string{"http", port, "/a%20b!~?c=d"}, row.options...)...); code != exitHealthy {
			t.Fatal(line)
		}
		got := <-requests
		if got.Method != "GET" || got.RequestURI != "/a%20b!~?c=d" || got.Proto != "HTTP/1.1" {
			t.Errorf("got %s %s %s", got.Method, got.RequestURI, got.Proto)
		}
		if got.Host != row.wantHost || !got.Close || got.UserAgent() != "cdktf-go-docker-probe" || got.Header.Get("Accept") != "*/*" {
			t.Errorf("got host %q, close %v, header %v", got.Host, got.Close, got.Header)
		}
	}
}

func TestBodyOfAFailure(t *testing.T) {
	long := strings.Repeat("x", 5_000)
	for name, row := range map[string]struct {
		write func(http.ResponseWriter)
		want  string
	}{
		"short":        {func(w http.ResponseWriter) { fmt.Fprint(w, "no database") }, "; body: no database"},
		"white space":  {func(w http.ResponseWriter) { fmt.Fprint(w, "\r\n\t one\ntwo \n") }, "; body: one two"},
		"only space":   {func(w http.ResponseWriter) { fmt.Fprint(w, " \n") }, ""},
		"escape codes": {func(w http.ResponseWriter) { fmt.Fprint(w, "\x1b[2Jx\x7f\x00\u009b\u2028\u202e\u2066é\xff") }, "; body: ?[2Jx??????é\ufffd"},
		"long":         {func(w http.ResponseWriter) { fmt.Fprint(w, long) }, "; body: " + long[:200] + "…"},
		"chunked": {func(w http.ResponseWriter) {
			fmt.Fprint(w, "first")
			w.(http.Flusher).Flush()
			fmt.Fprint(w, "second")
		}, "; body: first"},
		"late": {func(w http.ResponseWriter) {
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
			fmt.Fprint(w, "later")
		}, "; body: later"},
	} {
		t.Run(name, func(t *testing.T) {
			port := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if name == "late" {
					w.Header().Set("Content-Length", "5")
				}
				w.WriteHeader(503)
				row.write(w)
			})
			expect(t, exitUnhealthy, "GET http://127.0.0.1:"+port+"/: 503 Service Unavailable"+row.want, "http", port, "/")
		})
	}
}

func TestBodyThatNeverComesDoesNotHoldUpTheVerdict(t *testing.T) {
	port := answer(t, "HTTP/1.1 500 Oops\r\n\r\nhalf", true)
	started := time.Now()
	expect(t, exitUnhealthy, "GET http://127.0.0.1:"+port+"/: 500 Oops; body: half", "http", port, "/", "--timeout", "60000")
	if waited := time.Since(started); waited > 30*time.Second {
		t.Errorf("waited %v", waited)
	}
}

func TestAnswers(t *testing.T) {
	for name, row := range map[string]struct {
		answer   string
		wantCode int
		want     string
	}{
		"no reason":         {"HTTP/1.1 200\r\n\r\n", exitHealthy, "200"},
		"empty reason":      {"HTTP/1.1 200 \r\n\r\n", exitHealthy, "200"},
		"HTTP/1.0":          {"HTTP/1.0 200 OK\r\n\r\n", exitHealthy, "200 OK"},
		"line feeds alone":  {"HTTP/1.1 200 OK\nA: b\n\n", exitHealthy, "200 OK"},
		"early hints":       {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 500 Oops\r\n\r\n", exitUnhealthy, "500 Oops"},
		"hints alone":       {"HTTP/1.1 199 Early\r\n\r\n", exitUnhealthy, "the connection was closed before a complete answer; received: HTTP/1.1 199 Early"},
		"switching":         {"HTTP/1.1 101 Switching Protocols\r\n\r\n", exitUnhealthy, "101 Switching Protocols"},
		"folded field":      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", exitHealthy, "200 OK"},
		"chunk size broken": {"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody", exitUnhealthy, "500 Oops; body: body"},
		"chunk upper case":  {"HTTP/1.1 500 Oops\r\ntransfer-encoding: Chunked\r\n\r\nA;x=y\r\n0123456789junk", exitUnhealthy, "500 Oops; body: 0123456789"},
		"other chunks":      {"HTTP/1.1 500 Oops\r\nA: chunked\r\nTransfer-Encoding: gzip\r\n\r\n2\nbody", exitUnhealthy, "500 Oops; body: 2 body"},
		"tilde in name":     {"HTTP/1.1 200 OK\r\n~a!: b\r\n\r\n", exitHealthy, "200 OK"},
		"HTTP/2":            {"HTTP/2.0 200 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/2.0 200 OK"`},
		"HTTP/1.2":          {"HTTP/1.2 200 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.2 200 OK"`},
		"lower case":        {"http/1.1 200 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "http/1.1 200 OK"`},
		"two spaces":        {"HTTP/1.1  200 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1  200 OK"`},
		"tab":               {"HTTP/1.1\t200 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 200 OK"`},
		"no space at all":   {"HTTP/1.1 200OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 200OK"`},
		"four digits":       {"HTTP/1.1 2000 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 2000 OK"`},
		"two digits":        {"HTTP/1.1 20\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 20"`},
		"code 99":           {"HTTP/1.1 099 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 099 OK"`},
		"code 600":          {"HTTP/1.1 600 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 600 OK"`},
		"code +20":          {"HTTP/1.1 +20 OK\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 +20 OK"`},
		"control in reason": {"HTTP/1.1 200 O\x01K\r\n\r\n", exitUnhealthy, `not an HTTP/1 answer: "HTTP/1.1 200 O?K"`},
		"ssh":               {"SSH-2.0-OpenSSH_9.6\r\n", exitUnhealthy, `not an HTTP/1 answer: "SSH-2.0-OpenSSH_9.6"`},
		"empty line":        {"\r\n", exitUnhealthy, `not an HTTP/1 answer: ""`},
		"binary":            {"\x15\x03\x01\x00\x02\x02\x50", exitUnhealthy, "the connection was closed before a complete answer; received: ??????P"},
		"nothing":           {"", exitUnhealthy, "the connection was closed before a complete answer; nothing was received"},
		"partial status":    {"HTTP/1.1 2", exitUnhealthy, "the connection was closed before a complete answer; received: HTTP/1.1 2"},
		"partial header":    {"HTTP/1.1 200 OK\r\nA: b\r\n", exitUnhealthy, "the connection was closed before a complete answer; received: HTTP/1.1 200 OK  A: b"},
		"no colon":          {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", exitUnhealthy, `malformed header field in the answer: "nonsense"`},
		"empty name":        {"HTTP/1.1 200 OK\r\n: x\r\n\r\n", exitUnhealthy, `malformed header field in the answer: ": x"`},
		"space in name":     {"HTTP/1.1 200 OK\r\na b: x\r\n\r\n", exitUnhealthy, `malformed header field in the answer: "a b: x"`},
		"big header":        {"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: "+strings.Repeat("b", 997)+"\r\n", 60) + "\r\n", exitHealthy, "200 OK"},
		"huge header":       {"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 20_000) + "\r\n", exitUnhealthy, "the header of the answer is longer than 65536 bytes"},
		"endless line":      {"HTTP/1.1 200 " + strings.Repeat("x", 100_000), exitUnhealthy, "the header of the answer is longer than 65536 bytes"},
		"TLS server": {"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", exitUnhealthy,
			"400 Bad Request; body: Client sent an HTTP request to an HTTPS server."},
	} {
		t.Run(name, func(t *testing.T) {
			port := answer(t, row.answer, false)
			expect(t, row.wantCode, "GET http://127.0.0.1:"+port+"/: "+row.want, "http", port, "/")
		})
	}
}

func TestHealthyAnswerIsNotHeldUpByItsBody(t *testing.T) {
	port := answer(t, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n", true)
	expect(t, exitHealthy, "GET http://127.0.0.1:"+port+"/events: 200 OK", "http", port, "/events", "--timeout", "60000")
}

func TestTimeouts(t *testing.T) {
	for name, row := range map[string]struct{ answer, want string }{
		"before the status line": {"", "; nothing was received"},
		"within the status line": {"HTTP/1.1 20", "; received: HTTP/1.1 20"},
		"within the header":      {"HTTP/1.1 200 OK\r\nA: b\r\n", "; received: HTTP/1.1 200 OK  A: b"},
	} {
		t.Run(name, func(t *testing.T) {
			port := answer(t, row.answer, true)
			expect(t, exitUnhealthy, "GET http://127.0.0.1:"+port+"/: no complete answer within 200 ms"+row.want, "http", port, "/", "--timeout", "200")
		})
	}
}

func TestTimeoutIsOneForTheWholeCheck(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	// A byte every 20 ms: a limit per read would never be reached.
	port := listen(t, "127.0.0.1", func(connection net.Conn) {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				if _, err := connection.Write([]byte("H")); err != nil {
					return
				}
			}
		}
	})
	code, line := probe(t, "http", port, "/", "--timeout", "300")
	if code != exitUnhealthy || !strings.Contains(line, ": no complete answer within 300 ms; received: H") {
		t.Errorf("got %d %q", code, line)
	}
}

func TestClosedPort(t *testing.T) {
	port := closedPort(t)
	code, line := probe(t, "http", port, "/healthz")
	if code != exitUnhealthy || !strings.HasPrefix(line, "GET http://127.0.0.1:"+port+"/healthz: connection refused on 127.0.0.1") {
		t.Errorf("got %d %q", code, line)
	}
	code, line = probe(t, "tcp", port)
	if code != exitUnhealthy || !strings.HasPrefix(line, "connect to port "+port+": connection refused on 127.0.0.1") {
		t.Errorf("got %d %q", code, line)
	}
}

func TestTCP(t *testing.T) {
	port := listen(t, "127.0.0.1", func(net.Conn) {})
	expect(t, exitHealthy, "connect to port "+port+": connected on 127.0.0.1", "tcp", port)
}

func TestServerOnIPv6Only(t *testing.T) {
	needIPv6(t)
	port := listen(t, "::1", func(connection net.Conn) {
		connection.Read(make([]byte, 4096))
		connection.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	})
	expect(t, exitHealthy, "GET http://[::1]:"+port+"/: 200 OK", "http", port, "/")
	expect(t, exitHealthy, "connect to port "+port+": connected on [::1]", "tcp", port)
}

func TestUsage(t *testing.T) {
	long := "/" + strings.Repeat("x", 300)
	for _, row := range []struct {
		arguments []string
		want      string
	}{
		{nil, "no mode given"},
		{[]string{"HTTP", "1", "/"}, `unknown mode "HTTP"`},
		{[]string{"http"}, "too few arguments"},
		{[]string{"http", "80"}, "too few arguments"},
		{[]string{"tcp"}, "too few arguments"},
		{[]string{"tcp", "0"}, `the port "0" is not a number from 1 to 65535`},
		{[]string{"tcp", "65536"}, `the port "65536" is not a number from 1 to 65535`},
		{[]string{"tcp", "-1"}, `the port "-1" is not a number from 1 to 65535`},
		{[]string{"tcp", "080"}, `the port "080" is not a number from 1 to 65535`},
		{[]string{"tcp", "18446744073709551617"}, `the port "18446744073709551617" is not a number from 1 to 65535`},
		{[]string{"tcp", ""}, `the port "" is not a number from 1 to 65535`},
		{[]string{"tcp", "8\x1b0"}, `the port "8?0" is not a number from 1 to 65535`},
		{[]string{"http", "80", ""}, `the path "" does not start with a slash`},
		{[]string{"http", "80", "healthz"}, `the path "healthz" does not start with a slash`},
		{[]string{"http", "80", "/a b"}, `the path "/a b" holds a character that must be percent-encoded`},
		{[]string{"http", "80", "/a\r\nHost: x"}, `the path "/a  Host: x" holds a character that must be percent-encoded`},
		{[]string{"http", "80", "/\x7f"}, `the path "/?" holds a character that must be percent-encoded`},
		{[]string{"http", "80", "/é"}, `the path "/é" holds a character that must be percent-encoded`},
		{[]string{"http", "80", long + " "}, `the path "` + long[:200] + `…" holds a character that must be percent-encoded`},
		{[]string{"http", "80", "/", "x"}, `unknown argument "x"`},
		{[]string{"http", "80", "/", "--timeout"}, "--timeout needs a value"},
		{[]string{"http", "80", "/", "--timeout", "0"}, `the value "0" of --timeout is not valid`},
		{[]string{"http", "80", "/", "--timeout", "86400001"}, `the value "86400001" of --timeout is not valid`},
		{[]string{"http", "80", "/", "--timeout", "3s"}, `the value "3s" of --timeout is not valid`},
		{[]string{"http", "80", "/", "--host-header", ""}, `the value "" of --host-header is not valid`},
		{[]string{"http", "80", "/", "--host-header", "a\r\nX: y"}, `the value "a  X: y" of --host-header is not valid`},
		{[]string{"http", "80", "/", "--expect", ""}, `the value "" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "99"}, `the value "99" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "600"}, `the value "600" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "200-600"}, `the value "200-600" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "99-200"}, `the value "99-200" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "300-200"}, `the value "300-200" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "200-250-299"}, `the value "200-250-299" of --expect is not valid`},
		{[]string{"http", "80", "/", "--expect", "200,"}, `the value "200," of --expect is not valid`},
		{[]string{"tcp", "80", "--expect", "200"}, `unknown argument "--expect"`},
		{[]string{"tcp", "80", "--host-header", "a"}, `unknown argument "--host-header"`},
	} {
		expect(t, exitUsage, row.want+"; usage: "+usage, row.arguments...)
	}
}
