package main

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// The page of metrics, in Prometheus' text format. A server for one page without arguments does not need package net/http,
// which is larger than all of the scheduler.

const (
	// mostClients bounds how many connections are served at a time.
	mostClients = 16
	// longestRequest bounds the bytes of a request.
	longestRequest = 16 << 10
	// clientTimeout is how long a connection lasts at most.
	clientTimeout = 5 * time.Second
)

type metric struct{ name, kind, help, value string }

func (d *daemon) metrics() string {
	exitCode, _ := d.status()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	known := d.history
	flag := func(is bool) string {
		if is {
			return "1"
		}
		return "0"
	}
	count := func(number int64) string { return strconv.FormatInt(number, 10) }
	all := []metric{
		{"runs_total", "counter", "Runs that were started.", count(known.runs)},
		{"failures_total", "counter", "Runs that failed, after their last attempt.", count(known.failures)},
		{"retries_total", "counter", "Further attempts of runs that failed.", count(known.retries)},
		{"skipped_total", "counter", "Runs that were not started because the one before was still going.", count(known.skipped)},
		{"missed_total", "counter", "Runs that nobody was there to start.", count(known.missed)},
		{"last_success_timestamp_seconds", "gauge", "When the last run ended that succeeded; 0 before.", seconds(known.lastSuccess)},
		{"next_run_timestamp_seconds", "gauge", "When the next run is due.", seconds(d.due)},
		{"running", "gauge", "Whether a run is going.", flag(known.current.exists())},
		{"healthy", "gauge", "What the health check says.", flag(exitCode == exitOK)},
	}
	if known.last.exists() {
		duration := strconv.FormatFloat(known.last.ended.Sub(known.last.started).Seconds(), 'f', 3, 64)
		all = append(all,
			metric{"last_run_timestamp_seconds", "gauge", "When the run started that ended last.", seconds(known.last.started)},
			metric{"last_run_duration_seconds", "gauge", "How long the last run took, with all of its attempts.", duration},
			metric{"last_run_exit_code", "gauge", "The exit code of the last run's last attempt.", strconv.Itoa(known.last.exitCode)},
			metric{"last_run_success", "gauge", "Whether the last run succeeded.", flag(known.last.failure == "")})
	}
	var page strings.Builder
	for _, metric := range all {
		name := "scheduled_task_" + metric.name
		page.WriteString("# HELP " + name + " " + metric.help + "\n# TYPE " + name + " " + metric.kind + "\n")
		page.WriteString(name + "{task=\"" + label(d.options.name) + "\"} " + metric.value + "\n")
	}
	return page.String()
}

func label(text string) string {
	return strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n").Replace(text)
}

// serveMetrics answers until the listener is closed.
func (d *daemon) serveMetrics(listener net.Listener) {
	free := make(chan struct{}, mostClients)
	for {
		free <- struct{}{}
		connection, err := listener.Accept()
		if err != nil {
			if closed(err) {
				return
			}
			// For example too many open files.
			time.Sleep(100 * time.Millisecond)
			<-free
			continue
		}
		go func() {
			defer func() { <-free }()
			defer connection.Close()
			d.answer(connection)
		}()
	}
}

func closed(err error) bool { return strings.Contains(err.Error(), net.ErrClosed.Error()) }

func (d *daemon) answer(connection net.Conn) {
	_ = connection.SetDeadline(time.Now().Add(clientTimeout))
	request, ok := readRequest(connection)
	if !ok {
		return
	}
	method, path := "", ""
	if words := strings.Split(request, " "); len(words) == 3 && strings.HasPrefix(words[2], "HTTP/1.") {
		method = words[0]
		path, _, _ = strings.Cut(words[1], "?")
	}
	status, body := "200 OK", ""
	switch {
	case method == "":
		status, body = "400 Bad Request", "not a request of HTTP/1\n"
	case method != "GET" && method != "HEAD":
		status, body = "405 Method Not Allowed", "only GET and HEAD\n"
	case path != "/metrics":
		status, body = "404 Not Found", "there is only /metrics\n"
	default:
		body = d.metrics()
	}
	header := "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " + strconv.Itoa(len(body)) +
		"\r\nConnection: close\r\n\r\n"
	if method == "HEAD" {
		body = ""
	}
	_, _ = io.WriteString(connection, header+body)
}

// readRequest returns the first line of a request, after it has read the whole head.
func readRequest(connection io.Reader) (line string, ok bool) {
	reader := bufio.NewReader(io.LimitReader(connection, longestRequest))
	for first := true; ; first = false {
		text, err := reader.ReadString('\n')
		if err != nil {
			return "", false
		}
		text = strings.TrimRight(text, "\r\n")
		if first {
			line = text
		} else if text == "" {
			return line, true
		}
	}
}
