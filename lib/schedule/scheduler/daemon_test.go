package main

import (
	"bytes"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests run this program itself as the job, with JOB as its script: words that are done one after the other.

func TestMain(m *testing.M) {
	if script := os.Getenv("JOB"); script != "" {
		os.Exit(job(script))
	}
	os.Exit(m.Run())
}

func job(script string) int {
	for _, word := range strings.Fields(script) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "sleep":
			duration, _ := time.ParseDuration(value)
			time.Sleep(duration)
		case "exit":
			code, _ := strconv.Atoi(value)
			return code
		case "exit-until-attempt":
			if os.Getenv("SCHEDULED_ATTEMPT") != value {
				return 3
			}
		case "kill":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		case "ignore-term":
			ignoreTerm()
		case "child":
			// Of the same process group. It outlives this process unless somebody ends the group.
			pid, err := syscall.ForkExec("/proc/self/exe", []string{"child"}, &syscall.ProcAttr{
				Env: []string{"JOB=ignore-term sleep=60s"}, Files: []uintptr{0, 1, 2},
			})
			if err != nil {
				return 4
			}
			time.Sleep(300 * time.Millisecond)
			_ = os.WriteFile(value, []byte(strconv.Itoa(pid)), 0o600)
		case "write":
			_ = os.WriteFile(value, []byte(os.Getenv("SCHEDULED_TIME")+" "+os.Getenv("SCHEDULED_ATTEMPT")), 0o600)
		}
	}
	return 0
}

func ignoreTerm() { signal.Ignore(syscall.SIGTERM) }

// patience is how long anything may take on a busy machine.
const patience = time.Minute

// far is a schedule whose runs do not come during a test.
func far() Schedule { return interval{1000 * time.Hour} }

func settings(t *testing.T, script string) serveOptions {
	t.Setenv("JOB", script)
	return serveOptions{
		schedule: far(), name: "nightly", timeLimit: patience, killAfter: patience, shutdown: 3 * patience,
		retryDelay: time.Millisecond, program: []string{os.Args[0]}, history: t.TempDir(),
	}
}

// running is a daemon whose loop runs until it is told to end. The channel is closed then.
func running(t *testing.T, options serveOptions) (*daemon, <-chan struct{}) {
	t.Helper()
	d := newDaemon(options)
	if err := d.remember(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		d.loop()
		close(ended)
	}()
	return d, ended
}

// started is a daemon whose loop runs until the test ends.
func started(t *testing.T, options serveOptions) *daemon {
	t.Helper()
	d, ended := running(t, options)
	t.Cleanup(func() {
		select {
		case <-d.ending:
		default:
			close(d.ending)
		}
		<-ended
	})
	return d
}

func (d *daemon) eventually(t *testing.T, what string, holds func(exitCode int, status string) bool) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		exitCode, status := d.status()
		if holds(exitCode, status) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("waited in vain until it %s; it says %d %s", what, exitCode, status)
		}
	}
}

func runByHand(d *daemon) (exitCode int, line string) { return d.reply("run", &bytes.Buffer{}) }

func TestARunByHand(t *testing.T) {
	d := started(t, settings(t, "sleep=1ms"))
	if exitCode, status := d.status(); exitCode != exitOK || !strings.HasPrefix(status, "no run has ended yet; next ") {
		t.Errorf("at first: %d %s", exitCode, status)
	}
	exitCode, line := runByHand(d)
	if exitCode != exitOK || !strings.Contains(line, "(by hand) ok, ") {
		t.Errorf("%d %s", exitCode, line)
	}
	if exitCode, status := d.status(); exitCode != exitOK || !strings.Contains(status, "(by hand) ok, ") || !strings.Contains(status, "; next 20") {
		t.Errorf("%d %s", exitCode, status)
	}
}

func TestAFailureIsUnhealthyUntilTheNextSuccess(t *testing.T) {
	d := started(t, settings(t, "exit=7"))
	if exitCode, line := runByHand(d); exitCode != 7 || !strings.Contains(line, "FAILED: exit code 7, ") {
		t.Errorf("%d %s", exitCode, line)
	}
	if exitCode, status := d.status(); exitCode != exitFailed || !strings.Contains(status, "FAILED: exit code 7, ") {
		t.Errorf("%d %s", exitCode, status)
	}
	t.Setenv("JOB", "exit=0")
	if exitCode, line := runByHand(d); exitCode != exitOK {
		t.Error(line)
	}
	if exitCode, status := d.status(); exitCode != exitOK {
		t.Error(status)
	}
	page := d.metrics()
	for _, line := range []string{
		`scheduled_task_runs_total{task="nightly"} 2`, `scheduled_task_failures_total{task="nightly"} 1`, `scheduled_task_last_run_exit_code{task="nightly"} 0`,
		`scheduled_task_healthy{task="nightly"} 1`, `scheduled_task_running{task="nightly"} 0`, `scheduled_task_last_run_success{task="nightly"} 1`,
	} {
		if !strings.Contains(page, line+"\n") {
			t.Errorf("the metrics lack %s:\n%s", line, page)
		}
	}
}

func TestAFailureIsUnhealthyWhileTheNextRunIsGoing(t *testing.T) {
	d := started(t, settings(t, "exit=7"))
	runByHand(d)
	t.Setenv("JOB", "sleep=2s")
	answer := make(chan int, 1)
	go func() {
		exitCode, _ := runByHand(d)
		answer <- exitCode
	}()
	d.eventually(t, "runs", func(exitCode int, status string) bool {
		return exitCode == exitFailed && strings.HasPrefix(status, "running since ") && strings.Contains(status, "; last run ") && strings.Contains(status, "FAILED: exit code 7")
	})
	if exitCode := <-answer; exitCode != exitOK {
		t.Error(exitCode)
	}
	if exitCode, status := d.status(); exitCode != exitOK {
		t.Error(status)
	}
}

func TestRetries(t *testing.T) {
	options := settings(t, "exit-until-attempt=3")
	options.retries = 2
	d := started(t, options)
	if exitCode, line := runByHand(d); exitCode != exitOK || !strings.HasSuffix(line, ", attempt 3") {
		t.Errorf("%d %s", exitCode, line)
	}
	if d.history.retries != 2 || d.history.failures != 0 || d.history.runs != 1 {
		t.Errorf("%+v", d.history)
	}
	t.Setenv("JOB", "exit=9")
	if exitCode, line := runByHand(d); exitCode != 9 || !strings.Contains(line, "FAILED: exit code 9, 3 attempts, ") {
		t.Errorf("%d %s", exitCode, line)
	}
}

func TestTheTimeLimitEndsTheWholeProcessGroup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "child")
	options := settings(t, "ignore-term child="+file+" sleep=1h")
	options.timeLimit, options.killAfter = 2*time.Second, 100*time.Millisecond
	d := started(t, options)
	exitCode, line := runByHand(d)
	if exitCode != exitBySignal+int(syscall.SIGKILL) ||
		!strings.Contains(line, "FAILED: it took longer than its time limit of 2.0 s; it did not end within 0.1 s of SIGTERM, so SIGKILL ended it, ") {
		t.Errorf("%d %s", exitCode, line)
	}
	requireEnded(t, file)
}

func TestWhatASuccessLeavesBehindIsEnded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "child")
	d := started(t, settings(t, "child="+file))
	if exitCode, line := runByHand(d); exitCode != exitOK {
		t.Error(line)
	}
	requireEnded(t, file)
}

func requireEnded(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + string(text) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the child lives: %s", stat)
		}
	}
}

func TestExitCodes(t *testing.T) {
	d := started(t, settings(t, "kill"))
	if exitCode, line := runByHand(d); exitCode != 137 || !strings.Contains(line, "FAILED: signal 9 (killed)") {
		t.Errorf("%d %s", exitCode, line)
	}
	options := settings(t, "exit=0")
	options.program = []string{"/nowhere"}
	if exitCode, line := runByHand(started(t, options)); exitCode != exitNotFound || !strings.Contains(line, `cannot start "/nowhere": no such file or directory`) {
		t.Errorf("%d %s", exitCode, line)
	}
	options.program = []string{t.TempDir()}
	if exitCode, line := runByHand(started(t, options)); exitCode != exitCannotRun {
		t.Errorf("%d %s", exitCode, line)
	}
}

func TestTwoRunsNeverOverlap(t *testing.T) {
	options := settings(t, "sleep=3500ms")
	options.schedule = interval{time.Second}
	d := started(t, options)
	d.eventually(t, "skips", func(_ int, status string) bool {
		return strings.Contains(status, "running since ") && strings.Contains(status, "; skipped 2 while the one before was going")
	})
	if exitCode, line := runByHand(d); exitCode != exitFailed || line != "a run is going already; two never run at a time" {
		t.Errorf("%d %s", exitCode, line)
	}
	d.eventually(t, "runs again", func(int, string) bool { return d.runs() >= 2 })
}

func (d *daemon) runs() int64 {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.history.runs
}

func TestTheProgramLearnsItsTime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	options := settings(t, "write="+file)
	options.schedule = interval{time.Second}
	d := started(t, options)
	d.eventually(t, "has run", func(_ int, status string) bool { return strings.Contains(status, " ok, ") })
	text, _ := os.ReadFile(file)
	scheduled, attempt, _ := strings.Cut(string(text), " ")
	if due, err := time.Parse(time.RFC3339, scheduled); err != nil || attempt != "1" || time.Since(due) > patience {
		t.Errorf("%q", text)
	}
}

func TestAnEndLetsARunFinish(t *testing.T) {
	d := started(t, settings(t, "sleep=1s"))
	answer := make(chan string, 1)
	go func() {
		_, line := runByHand(d)
		answer <- line
	}()
	d.eventually(t, "runs", func(_ int, status string) bool { return strings.HasPrefix(status, "running") })
	close(d.ending)
	if line := <-answer; !strings.Contains(line, " ok, ") {
		t.Error(line)
	}
	if _, line := runByHand(d); line != "the container is being stopped" {
		t.Error(line)
	}
}

func TestAnEndThatARunIsTooLongFor(t *testing.T) {
	options := settings(t, "sleep=1h")
	options.shutdown, options.killAfter, options.retries = time.Second, 100*time.Millisecond, 5
	d := started(t, options)
	answer := make(chan string, 1)
	go func() {
		_, line := runByHand(d)
		answer <- line
	}()
	d.eventually(t, "runs", func(_ int, status string) bool { return strings.HasPrefix(status, "running") })
	close(d.ending)
	if line := <-answer; !strings.Contains(line, "FAILED: the container was stopped") || strings.Contains(line, "attempts") {
		t.Error(line)
	}
}

// past makes a history of a scheduler that has ended long ago.
func past(t *testing.T, options serveOptions, change func(*history)) {
	t.Helper()
	known := history{schedule: options.schedule.String(), handled: time.Now().Add(-10 * time.Hour)}
	change(&known)
	if err := known.write(options.history); err != nil {
		t.Fatal(err)
	}
}

func TestMissedRuns(t *testing.T) {
	none := func(*history) {}
	hourly := interval{3 * time.Hour}
	options := settings(t, "exit=0")
	options.schedule = hourly
	past(t, options, none)
	// Three hours divide the time of the day, so three or four times have passed; the last may be so recent that it is not missed.
	d := started(t, options)
	d.eventually(t, "counts", func(_ int, status string) bool { return strings.Contains(status, "; missed ") })
	if !time.Now().Truncate(3 * time.Hour).Add(mostLate).After(time.Now()) {
		if exitCode, status := d.status(); exitCode != exitOK || !strings.HasPrefix(status, "no run has ended yet") {
			t.Errorf("%d %s", exitCode, status)
		}
	}

	options = settings(t, "exit=0")
	options.schedule, options.runsMissed = hourly, true
	past(t, options, none)
	d = started(t, options)
	d.eventually(t, "makes up for them", func(_ int, status string) bool { return strings.Contains(status, " ok, ") })
	if d.runs() != 1 || !d.last().due.Equal(time.Now().Truncate(3*time.Hour)) {
		t.Errorf("%+v", d.history)
	}

	options = settings(t, "exit=0")
	options.schedule, options.runsMissed = hourly, true
	past(t, options, func(known *history) { known.schedule = "another" })
	d = started(t, options)
	if exitCode, status := d.status(); exitCode != exitOK || !strings.HasPrefix(status, "no run has ended yet; next ") || strings.Contains(status, "missed") {
		t.Errorf("after a change of the schedule: %d %s", exitCode, status)
	}
}

func TestARunThatWasCutOff(t *testing.T) {
	due := far().Next(time.Now().Add(-1000 * time.Hour))
	cut := func(known *history) {
		known.handled, known.current, known.runs = due, run{due: due, started: due, attempts: 1}, 1
	}
	options := settings(t, "exit=0")
	past(t, options, cut)
	d := started(t, options)
	if exitCode, status := d.status(); exitCode != exitOK || !strings.Contains(status, "FAILED: cut off (before this start); next ") {
		t.Errorf("%d %s", exitCode, status)
	}
	if d.history.failures != 1 {
		t.Errorf("%+v", d.history)
	}

	options = settings(t, "exit=0")
	options.runsMissed = true
	past(t, options, cut)
	d = started(t, options)
	d.eventually(t, "makes up for it", func(_ int, status string) bool { return strings.Contains(status, " ok, ") })
	if !d.last().due.Equal(due) {
		t.Errorf("%+v", d.last())
	}
}

func TestAFailureOfAnEarlierLifeIsShownAndIsNotUnhealthy(t *testing.T) {
	options := settings(t, "exit=5")
	d, ended := running(t, options)
	runByHand(d)
	close(d.ending)
	<-ended
	again := started(t, options)
	if exitCode, status := again.status(); exitCode != exitOK || !strings.Contains(status, "FAILED: exit code 5, ") || !strings.Contains(status, " (before this start); next ") {
		t.Errorf("%d %s", exitCode, status)
	}
}

func TestTheClockIsSetBack(t *testing.T) {
	options := settings(t, "exit=0")
	options.schedule = interval{time.Second}
	d := newDaemon(options)
	now := time.Now()
	d.now = func() time.Time { return now }
	if err := d.remember(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	if _, isDue := d.take(false); !isDue {
		t.Error("nothing is due")
	}
	now = now.Add(-30 * time.Second)
	if _, isDue := d.take(false); isDue {
		t.Error("a run is repeated")
	}
	now = now.Add(-24 * time.Hour)
	d.take(false)
	if d.due.Sub(now) > time.Second {
		t.Errorf("nothing runs until %s", d.due)
	}
}

func TestOverdue(t *testing.T) {
	options := settings(t, "exit=0")
	d := newDaemon(options)
	now := time.Now()
	d.now = func() time.Time { return now }
	if err := d.remember(); err != nil {
		t.Fatal(err)
	}
	now = d.due.Add(2 * mostLate)
	if exitCode, status := d.status(); exitCode != exitFailed || !strings.Contains(status, "; OVERDUE: the run of ") {
		t.Errorf("%d %s", exitCode, status)
	}
}

func TestAHistoryThatCannotBeKept(t *testing.T) {
	options := settings(t, "exit=0")
	d := started(t, options)
	d.mutex.Lock()
	d.options.history = filepath.Join(options.history, "missing")
	d.mutex.Unlock()
	runByHand(d)
	if exitCode, status := d.status(); exitCode != exitFailed || !strings.Contains(status, "; cannot remember runs: ") {
		t.Errorf("%d %s", exitCode, status)
	}
	options.history = "/proc/1/nowhere"
	if err := newDaemon(options).remember(); err == nil {
		t.Error("a directory that is not writable is accepted")
	}
}

func TestHistoryIsReadAsItWasWritten(t *testing.T) {
	now := time.UnixMilli(1_780_000_000_123)
	written := history{
		schedule: "0 3 * * * Europe/Berlin", handled: now, lastSuccess: now.Add(1), runs: 5, failures: 4, retries: 3, skipped: 2, missed: 1,
		last: run{due: now, started: now.Add(time.Second), ended: now.Add(time.Minute), attempts: 2, exitCode: 137, failure: "signal 9\n(killed)"},
	}
	directory := t.TempDir()
	if err := written.write(directory); err != nil {
		t.Fatal(err)
	}
	read, err := readHistory(directory)
	written.lastSuccess, written.last.failure = now, "signal 9 (killed)"
	if err != nil || read.text() == "" || read.last != written.last || read.lastSuccess != written.lastSuccess || read.missed != 1 || read.runs != 5 {
		t.Errorf("%+v instead of %+v: %v", read, written, err)
	}
	for _, text := range []string{"", "\x00\xff", "runs x\nlast-due -\nunknown 5\n", "runs"} {
		if read := parseHistory(text); read.runs != 0 || read.last.exists() {
			t.Errorf("%q: %+v", text, read)
		}
	}
}

func TestCommandsOverTheSocket(t *testing.T) {
	d := started(t, settings(t, "exit=6"))
	path := filepath.Join(t.TempDir(), "socket")
	for i := 0; i < 2; i++ { // The second finds the socket of the first.
		listener, err := listenForCommands([]string{"/proc/nowhere/socket", path})
		if err != nil {
			t.Fatal(err)
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false)
		go d.serveCommands(listener)
		for question, expected := range map[string]int{"status": exitOK, "run": 6, "nonsense": exitUsage} {
			connection, err := net.Dial("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = connection.Write([]byte(question + "\n"))
			var output bytes.Buffer
			if exitCode := printAnswers(connection, &output); exitCode != expected && !(question == "status" && exitCode == exitFailed) {
				t.Errorf("%s: %d %s", question, exitCode, output.String())
			}
			if question == "run" && !strings.HasPrefix(output.String(), "the run has started; its output is in the log of the container\nrun of ") {
				t.Error(output.String())
			}
			connection.Close()
		}
		listener.Close()
	}
}

func TestMetricsOverHTTP(t *testing.T) {
	d := started(t, settings(t, "exit=0"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go d.serveMetrics(listener)
	for request, status := range map[string]string{
		"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n": "200 OK", "GET /metrics?a=b HTTP/1.0\n\n": "200 OK", "HEAD /metrics HTTP/1.1\r\n\r\n": "200 OK",
		"POST /metrics HTTP/1.1\r\n\r\n": "405 Method Not Allowed", "GET / HTTP/1.1\r\n\r\n": "404 Not Found", "hello\r\n\r\n": "400 Bad Request",
	} {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = connection.Write([]byte(request))
		var answer bytes.Buffer
		_, _ = answer.ReadFrom(connection)
		if !strings.HasPrefix(answer.String(), "HTTP/1.1 "+status+"\r\n") {
			t.Errorf("%q: %s", request, answer.String())
		}
		if hasPage := strings.Contains(answer.String(), "# TYPE scheduled_task_runs_total counter\n"); hasPage != (status == "200 OK" && request[0] == 'G') {
			t.Errorf("%q: %s", request, answer.String())
		}
		connection.Close()
	}
	// A request without an end, and one that is too long, are dropped.
	connection, _ := net.Dial("tcp", listener.Addr().String())
	_, _ = connection.Write([]byte("GET /" + strings.Repeat("x", longestRequest) + " HTTP/1.1\r\n\r\n"))
	var answer bytes.Buffer
	_, _ = answer.ReadFrom(connection)
	if answer.Len() > 0 {
		t.Error(answer.String())
	}
}

func TestCommandLines(t *testing.T) {
	options, problem := parseServe([]string{"--cron", "0 3 * * *", "--zone", "UTC", "--name", "dev-nightly", "--time-limit", "1h30m0s", "--kill-after", "5s",
		"--shutdown", "1m0s", "--retries", "2", "--retry-delay", "500ms", "--missed", "run-once", "--metrics", "9464", "--history", "/h", "--", "/app", "--", "-x"})
	if problem != "" || options.timeLimit != 90*time.Minute || !options.runsMissed || strings.Join(options.program, " ") != "/app -- -x" || options.metrics != 9464 {
		t.Errorf("%+v %s", options, problem)
	}
	for line, want := range map[string]string{
		"":                                "no program after --",
		"--every 1s":                      "no program after --",
		"--every 1s --":                   "no program after --",
		"--every 500ms -- x":              `the interval "500ms" is not a number of whole seconds`,
		"--every 1m30.5s -- x":            `the interval "1m30.5s" is not a number of whole seconds`,
		"--every -1s -- x":                `the interval "-1s" is not a number of whole seconds`,
		"--cron x -- x":                   "give either --cron and --zone, or --every",
		"--zone UTC -- x":                 "give either --cron and --zone, or --every",
		"--every 1s --zone UTC -- x":      "give either --cron and --zone, or --every",
		"--every 1s --every 1s -- x":      `unknown or repeated option "--every"`,
		"--every 1s --retries x -- x":     `the value "x" of --retries is not a number from 0 to 100`,
		"--every 1s --retries -1 -- x":    `the value "-1" of --retries is not a number from 0 to 100`,
		"--every 1s --metrics 65536 -- x": `the value "65536" of --metrics is not a number from 0 to 65535`,
		"--every 1s --time-limit 0s -- x": `the value "0s" of --time-limit is not a duration`,
		"--every 1s --missed never -- x":  `the value "never" of --missed is neither skip nor run-once`,
		"--every 1s --unknown 1 -- x":     `unknown or repeated option "--unknown"`,
		"--every 1s --name -- x":          "--name needs a value",
	} {
		if _, problem := parseServe(strings.Fields(line)); problem != want {
			t.Errorf("%q: got %q, want %q", line, problem, want)
		}
	}
	for line, want := range map[string]string{
		"":                            "give either --cron and --zone, or --every",
		"--every 1s --from yesterday": `the value "yesterday" of --from is not a time such as 2026-03-29T01:00:00Z`,
		"--every 1s --count x":        `the value "x" of --count is not a number from 0 to 1000`,
	} {
		if _, problem := parseNext(strings.Fields(line)); problem != want {
			t.Errorf("next %q: got %q, want %q", line, problem, want)
		}
	}
	for _, arguments := range [][]string{nil, {"nonsense"}, {"serve"}, {"next"}, {"status", "x"}} {
		if exitCode := command(arguments); exitCode != exitUsage {
			t.Errorf("%q: %d", arguments, exitCode)
		}
	}
}
