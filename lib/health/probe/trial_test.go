package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The program of a trial is the test's own binary, which then does nothing but behave.
const behaviourVariable = "PROBE_TEST_BEHAVIOUR"

func behave(behaviour string) {
	words := strings.Fields(behaviour)
	port := os.Getenv("PROBE_TEST_PORT")
	respond := func(status int) {
		go http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintln(w, "migrating")
		}))
	}
	fmt.Println("program:", behaviour)
	switch words[0] {
	case "serve":
		respond(200)
	case "serve-late":
		time.Sleep(500 * time.Millisecond)
		respond(200)
	case "serve-then-crash":
		respond(200)
		time.Sleep(700 * time.Millisecond)
		os.Exit(7)
	case "unavailable":
		respond(503)
	case "crash":
		fmt.Fprintln(os.Stderr, "panic: no database")
		os.Exit(3)
	case "end":
		os.Exit(0)
	case "abort":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		respond(200)
	case "orphans":
		for i := 0; i < 20; i++ {
			exec.Command("/bin/sh", "-c", "true & true").Run()
		}
		respond(200)
	case "masked":
		text, _ := os.ReadFile("/proc/self/status")
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "SigBlk:") || strings.HasPrefix(line, "SigIgn:") {
				fmt.Println(line)
			}
		}
		os.Exit(0)
	}
	caught := make(chan os.Signal, 10)
	signal.Notify(caught, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGINT)
	if words[0] != "stubborn" {
		signal.Notify(caught, syscall.SIGTERM)
	}
	for number := range caught {
		fmt.Println("program:", number)
		if number == syscall.SIGTERM || number == syscall.SIGINT {
			os.Exit(0)
		}
	}
}

type trialResult struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

func tryOut(t *testing.T, behaviour, port string, options []string, meanwhile func(*os.Process)) trialResult {
	t.Helper()
	arguments := append(append([]string{"trial"}, options...), "http", port, "/healthz", "--", os.Args[0], "an argument", "--", "x")
	command := exec.Command(program, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Env = append(os.Environ(), behaviourVariable+"="+behaviour, "PROBE_TEST_PORT="+port)
	started := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { command.Process.Kill() })
	defer limit.Stop()
	if meanwhile != nil {
		meanwhile(command.Process)
	}
	command.Wait()
	return trialResult{command.ProcessState.ExitCode(), stdout.String(), stderr.String(), time.Since(started)}
}

func TestTrial(t *testing.T) {
	for name, row := range map[string]struct {
		options    []string
		wantCode   int
		wantStderr string // parts of it, with an asterisk between them
		wantStdout string
	}{
		"serve":            {nil, 0, "probe: trial: healthy after * ms: GET http://127.0.0.1:PORT/healthz: 200 OK\n", "program: serve\nprogram: terminated\n"},
		"serve settled":    {[]string{"--settle", "600"}, 0, "probe: trial: healthy after *: 200 OK\n", "program: serve settled\nprogram: terminated\n"},
		"serve-late":       {nil, 0, "probe: trial: healthy after *: 200 OK\n", "program: serve-late\nprogram: terminated\n"},
		"crash":            {nil, 3, "panic: no database\nprobe: trial: the program ended after * ms with exit code 3, before it was healthy: *\n", "program: crash\n"},
		"end":              {nil, 1, "probe: trial: the program ended after * ms with exit code 0, before it was healthy: *\n", "program: end\n"},
		"abort":            {nil, 137, "probe: trial: the program ended after * ms by signal 9 (killed), before it was healthy: *\n", "program: abort\n"},
		"serve-then-crash": {[]string{"--settle", "60000"}, 7, "probe: trial: the program ended after * ms with exit code 7, after it had been healthy\n", "program: serve-then-crash\n"},
		"unavailable": {[]string{"--timeout", "700"}, 1, "probe: trial: not healthy within 700 ms: *503 Service Unavailable; body: migrating*\n",
			"program: unavailable\nprogram: terminated\n"},
		"silent":   {[]string{"--timeout", "500"}, 1, "probe: trial: not healthy within 500 ms: GET http://127.0.0.1:PORT/healthz: connection refused on 127.0.0.1*\n", "program: silent\nprogram: terminated\n"},
		"stubborn": {[]string{"--grace", "300"}, 0, "probe: trial: healthy after *: 200 OK; it did not end within 300 ms of SIGTERM, so SIGKILL ended it\n", "program: stubborn\n"},
		"orphans":  {nil, 0, "probe: trial: healthy after *: 200 OK\n", "program: orphans\nprogram: terminated\n"},
	} {
		t.Run(name, func(t *testing.T) {
			port := closedPort(t)
			got := tryOut(t, name, port, row.options, nil)
			if got.code != row.wantCode || got.stdout != row.wantStdout || !matches(got.stderr, strings.ReplaceAll(row.wantStderr, "PORT", port)) {
				t.Errorf("got %d\n%s\n%s", got.code, got.stdout, got.stderr)
			}
		})
	}
}

// matches compares with a pattern in which an asterisk stands for anything.
func matches(text, pattern string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) || !strings.HasSuffix(text, parts[len(parts)-1]) {
		return false
	}
	for _, part := range parts {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}

func TestTrialEndsAtOnceWhenTheProgramDoes(t *testing.T) {
	if got := tryOut(t, "crash", closedPort(t), []string{"--timeout", "60000"}, nil); got.code != 3 || got.took > 30*time.Second {
		t.Errorf("got %d after %v", got.code, got.took)
	}
}

func TestTrialHandsSignalsOn(t *testing.T) {
	for name, row := range map[string]struct {
		signal   syscall.Signal
		wantCode int
		want     string
	}{
		"SIGTERM": {syscall.SIGTERM, 143, "program: silent\nprogram: user defined signal 1\nprogram: terminated\n"},
		"SIGINT":  {syscall.SIGINT, 130, "program: silent\nprogram: user defined signal 1\nprogram: interrupt\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := tryOut(t, "silent", closedPort(t), nil, func(process *os.Process) {
				time.Sleep(500 * time.Millisecond)
				process.Signal(syscall.SIGUSR1)
				time.Sleep(200 * time.Millisecond)
				process.Signal(row.signal)
			})
			if got.code != row.wantCode || got.stdout != row.want || !matches(got.stderr, "probe: trial: ended by signal * before it was decided\n") {
				t.Errorf("got %d\n%s\n%s", got.code, got.stdout, got.stderr)
			}
		})
	}
}

func TestProgramOfATrialHasNoSignalsBlocked(t *testing.T) {
	// Who starts the test may ignore signals, as nohup does; the program then ignores them too.
	own, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, ignored, _ := strings.Cut(string(own), "SigIgn:")
	ignored, _, _ = strings.Cut(ignored, "\n")
	got := tryOut(t, "masked", closedPort(t), nil, nil)
	if !matches(got.stdout, "*SigBlk:\t0000000000000000\nSigIgn:"+ignored+"\n*") {
		t.Errorf("got %s", got.stdout)
	}
}

func TestTrialThatCannotStart(t *testing.T) {
	notExecutable := t.TempDir() + "/file"
	if err := os.WriteFile(notExecutable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, row := range map[string]struct {
		code int
		want string
	}{
		"/no/such/program": {127, "no such file or directory"},
		notExecutable:      {126, "permission denied"},
	} {
		output, err := exec.Command(program, "trial", "tcp", "1", "--", path).CombinedOutput()
		if want := "probe: trial: cannot run \"" + path + "\": " + row.want + "\n"; err == nil || err.(*exec.ExitError).ExitCode() != row.code || string(output) != want {
			t.Errorf("got %v %q, want %q", err, output, want)
		}
	}
}

func TestUsageOfCommands(t *testing.T) {
	for _, row := range []struct{ arguments, want string }{
		{"trial", "trial: no program after --"},
		{"trial tcp 80", "trial: no program after --"},
		{"trial tcp 80 --", "trial: no program after --"},
		{"trial -- /app", "trial: no mode given"},
		{"trial --timeout -- /app", "trial: --timeout needs a value"},
		{"trial --settle -1 tcp 80 -- /app", `trial: the value "-1" of --settle is not valid`},
		{"trial --grace x tcp 80 -- /app", `trial: the value "x" of --grace is not valid`},
		{"trial --within 1 tcp 80 -- /app", `trial: unknown mode "--within"`},
		{"trial tcp 80 --liveness 3 -- /app", "trial: --liveness is for health checks"},
		{"wait", "wait: no mode given"},
		{"wait --timeout x tcp 80", `wait: the value "x" of --timeout is not valid`},
		{"wait --settle 1 tcp 80", `wait: unknown mode "--settle"`},
		{"wait tcp 80 --liveness 3", "wait: --liveness is for health checks"},
		{"exec", "exec: no program after --"},
		{"exec A=/a --", "exec: no program after --"},
		{"exec A -- /app", "exec: an argument before -- is not of the form NAME=/path"},
		{"exec =/a -- /app", "exec: an argument before -- is not of the form NAME=/path"},
		{"exec A= -- /app", "exec: an argument before -- is not of the form NAME=/path"},
		{"exec A=/a B=/b A=/c -- /app", `exec: "A" is given twice`},
		{"tcp 80 --host -a", `the value "-a" of --host is not valid`},
		{"tcp 80 --host a..b", `the value "a..b" of --host is not valid`},
		{"tcp 80 --host [::1]", `the value "[::1]" of --host is not valid`},
		{"tcp 80 --service a", `unknown argument "--service"`},
		{"http 80 / --service a", `unknown argument "--service"`},
		{"http 80 / --insecure", `unknown argument "--insecure"`},
		{"grpc 80 --ca /a", `unknown argument "--ca"`},
		{"grpc 80 --expect 200", `unknown argument "--expect"`},
		{"grpc 80 --service " + strings.Repeat("x", 1_001), `the value "` + strings.Repeat("x", 200) + `…" of --service is not valid`},
		{"tcp 80 --liveness 0", `the value "0" of --liveness is not valid`},
		{"tcp 80 --liveness 1001", `the value "1001" of --liveness is not valid`},
		{"tcp 80 --interval 1", "--interval and --stop-grace need --liveness"},
		{"tcp 80 --stop-grace 1", "--interval and --stop-grace need --liveness"},
		{"tcp 80 --liveness 3 --host a", "--liveness and --host exclude each other"},
	} {
		output, err := exec.Command(program, strings.Fields(row.arguments)...).CombinedOutput()
		text := strings.TrimPrefix(string(output), "probe: ")
		if err == nil || err.(*exec.ExitError).ExitCode() != exitUsage || text != row.want+"; usage: "+usage+"\n" {
			t.Errorf("%s: got %v %q", row.arguments, err, text)
		}
	}
}
