package main

import (
	"strings"
	"syscall"
	"testing"
)

// history feeds checks to the count, one every six seconds unless said otherwise.
type history struct {
	t       *testing.T
	silence silence
	program process
	moment  moment
	check   check
}

func newHistory(t *testing.T) *history {
	return &history{
		t:       t,
		program: process{pid: 7, parent: 1, state: 'S', started: 4_000},
		moment:  moment{boottime: 40_000, monotonic: 40_000, lateness: 50},
		check:   check{timeout: 3_000, liveness: liveness{silences: 3, interval: 5_000, stopGrace: 60_000}},
	}
}

var (
	healthy     = verdict{exitCode: exitHealthy}
	unavailable = verdict{exitCode: exitUnhealthy}
	silent      = verdict{exitCode: exitUnhealthy, silent: true}
	refused     = verdict{exitCode: exitUnhealthy, silent: true, refused: true}
)

func (h *history) then(verdict verdict, wantSignal syscall.Signal, wantNote string) {
	h.t.Helper()
	h.moment.boottime += 6_000
	h.moment.monotonic += 6_000
	h.after(verdict, wantSignal, wantNote)
}

func (h *history) after(verdict verdict, wantSignal syscall.Signal, wantNote string) {
	h.t.Helper()
	is, signal, note := h.silence.after(h.check, verdict, h.program, h.moment)
	if signal != wantSignal || note != wantNote {
		h.t.Errorf("got %d %q, want %d %q", signal, note, wantSignal, wantNote)
	}
	// What is kept between two checks is all there is.
	if h.silence = parseSilence(is.text()); h.silence != is {
		h.t.Errorf("wrote %+v, read %+v", is, h.silence)
	}
}

func TestSilentProgramIsEnded(t *testing.T) {
	h := newHistory(t)
	h.then(healthy, 0, "")
	h.then(silent, 0, "; silence 1 of 3")
	h.then(silent, 0, "; silence 2 of 3")
	h.then(silent, syscall.SIGQUIT, "; silence 3 of 3")
	if passed := h.moment.boottime - h.silence.since; passed != 18_000 {
		t.Errorf("silent for %d ms", passed)
	}
	h.then(silent, syscall.SIGKILL, "; silence 4 of 3")
	h.then(silent, syscall.SIGKILL, "; silence 5 of 3")
}

func TestFirstSilenceCanBeTheLast(t *testing.T) {
	h := newHistory(t)
	h.check.liveness.silences = 1
	h.then(healthy, 0, "")
	h.then(silent, syscall.SIGQUIT, "; silence 1 of 1")
}

func TestSlowStartIsLeftAlone(t *testing.T) {
	h := newHistory(t)
	for i := 0; i < 20; i++ {
		h.then(silent, 0, "")
		h.then(unavailable, 0, "")
		h.then(refused, 0, "")
	}
}

func TestAnyAnswerEndsTheSilence(t *testing.T) {
	for _, answer := range []verdict{healthy, unavailable} {
		h := newHistory(t)
		h.then(healthy, 0, "")
		for i := 0; i < 5; i++ {
			h.then(silent, 0, "; silence 1 of 3")
			h.then(refused, 0, "; silence 2 of 3")
			h.then(answer, 0, "")
		}
		h.then(silent, 0, "; silence 1 of 3")
		h.then(silent, 0, "; silence 2 of 3")
		h.then(silent, syscall.SIGQUIT, "; silence 3 of 3")
		h.then(answer, 0, "")
		h.then(silent, 0, "; silence 1 of 3")
		h.then(silent, 0, "; silence 2 of 3")
		h.then(silent, syscall.SIGQUIT, "; silence 3 of 3")
	}
}

func TestAnswersThatWereNeverHealthyDoNotBeginTheCount(t *testing.T) {
	h := newHistory(t)
	for i := 0; i < 20; i++ {
		h.then(unavailable, 0, "")
	}
	h.then(silent, 0, "")
}

func TestRestartedProgramStartsAnew(t *testing.T) {
	h := newHistory(t)
	h.then(healthy, 0, "")
	h.then(silent, 0, "; silence 1 of 3")
	h.then(silent, 0, "; silence 2 of 3")
	h.program.started++
	h.then(silent, 0, "")
	h.then(healthy, 0, "")
	h.then(silent, 0, "; silence 1 of 3")
	h.program.pid++
	h.then(silent, 0, "")
}

func TestProgramThatMayBeEndingIsLeftAloneForItsGracePeriod(t *testing.T) {
	h := newHistory(t)
	h.then(healthy, 0, "")
	h.then(refused, 0, "; silence 1 of 3")
	h.then(refused, 0, "; silence 2 of 3")
	for i := 3; i <= 9; i++ {
		h.then(refused, 0, "; silence "+decimal(i)+" of 3, but the program may be ending")
	}
	h.then(refused, syscall.SIGQUIT, "; silence 10 of 3")
	h.then(refused, syscall.SIGKILL, "; silence 11 of 3")
}

func TestLateChecksCountNeitherWay(t *testing.T) {
	h := newHistory(t)
	h.then(healthy, 0, "")
	h.then(silent, 0, "; silence 1 of 3")
	h.moment.lateness = 751
	for i := 0; i < 10; i++ {
		h.then(silent, 0, "; not counted, because the check itself lost 751 ms")
	}
	h.moment.lateness = 750
	h.then(silent, 0, "; silence 2 of 3")
	h.moment.lateness = 2_000
	h.then(unavailable, 0, "")
	h.moment.lateness = 0
	h.then(silent, 0, "; silence 1 of 3")
	h.check.timeout = 100
	h.moment.lateness = 500
	h.then(silent, 0, "; silence 2 of 3")
	h.moment.lateness = 501
	h.then(silent, 0, "; not counted, because the check itself lost 501 ms")
}

func TestTimeJumps(t *testing.T) {
	const anew = "; counting anew, because the machine or the container stood still"
	for name, jump := range map[string]func(*moment){
		"the machine slept":        func(m *moment) { m.boottime += 1_001 },
		"the machine slept long":   func(m *moment) { m.boottime += 3_600_000 },
		"the container was paused": func(m *moment) { m.boottime += 20_001; m.monotonic += 20_001 },
		"the machine was restored": func(m *moment) { m.boottime -= 6_001; m.monotonic -= 6_001 },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(t)
			h.then(healthy, 0, "")
			h.then(silent, 0, "; silence 1 of 3")
			h.then(silent, 0, "; silence 2 of 3")
			jump(&h.moment)
			h.then(silent, 0, anew)
			h.then(silent, 0, "; silence 1 of 3")
			h.then(silent, 0, "; silence 2 of 3")
			h.then(silent, syscall.SIGQUIT, "; silence 3 of 3")
			jump(&h.moment)
			h.then(silent, 0, anew)
		})
	}
	for name, tolerated := range map[string]func(*moment){
		"clocks that differ a little": func(m *moment) { m.boottime += 1_000 },
		"a busy engine":               func(m *moment) { m.boottime += 20_000; m.monotonic += 20_000 },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(t)
			h.then(healthy, 0, "")
			h.then(silent, 0, "; silence 1 of 3")
			tolerated(&h.moment)
			h.then(silent, 0, "; silence 2 of 3")
		})
	}
}

func TestProgramInADebuggerIsLeftAlone(t *testing.T) {
	h := newHistory(t)
	h.check.liveness.silences = 1
	h.then(healthy, 0, "")
	h.program.state = 't'
	h.then(silent, 0, "; not counted, because a debugger has stopped the program")
	h.program.state = 'T'
	h.then(silent, syscall.SIGQUIT, "; silence 1 of 1")
}

func TestBrokenRecordIsNone(t *testing.T) {
	full := silence{pid: 7, started: 1 << 40, count: 3, asked: 1, since: 1 << 41, boottime: 1 << 42, monotonic: 1 << 43}
	if got := parseSilence(full.text()); got != full || len(full.text()) != silenceSize {
		t.Errorf("got %+v", got)
	}
	longest := int64(1<<63 - 1)
	if text := (silence{longest, longest, longest, longest, longest, longest, longest}).text(); len(text) != silenceSize {
		t.Errorf("%d bytes", len(text))
	}
	for _, text := range []string{"", "7 1 2 3 4 5", "7 1 2 3 4 5 6 7", "7 1 2 3 4 5 -6", "7 1 2 3 4 5 x", strings.Repeat("\x00", silenceSize)} {
		if got := parseSilence(text); got != (silence{}) {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func TestParseProcess(t *testing.T) {
	const rest = " S 1 7 7 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 9 0 123456 1000 200 18446744073709551615"
	for name, text := range map[string]string{"plain": "7 (app)" + rest, "spaces": "7 (a b)" + rest, "parentheses": "7 (a) R 2 (b)" + rest} {
		got, valid := parseProcess(text)
		if want := (process{pid: 7, parent: 1, state: 'S', started: 123_456}); !valid || got != want {
			t.Errorf("%s: got %+v %v", name, got, valid)
		}
	}
	for _, text := range []string{"", "7", "7 (app", "7 (app) S 1", "x (app)" + rest, "7 app" + rest} {
		if got, valid := parseProcess(text); valid {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func TestProcessesOfThisMachine(t *testing.T) {
	own, valid := readProcess("self")
	if !valid || own.pid != syscall.Getpid() || own.parent != syscall.Getppid() || own.started == 0 {
		t.Errorf("got %+v", own)
	}
	pids, err := processes()
	found := false
	for _, pid := range pids {
		found = found || pid == decimal(own.pid)
	}
	if err != nil || !found {
		t.Errorf("%d is not among %q, %v", own.pid, pids, err)
	}
	if late := lateness(); late < 0 {
		t.Errorf("late by %d ms", late)
	}
}

func TestWhatIsSilence(t *testing.T) {
	for reason, want := range map[syscall.Errno][2]bool{
		syscall.ETIMEDOUT: {true, false}, syscall.ECONNREFUSED: {true, true}, syscall.ECONNRESET: {true, false}, syscall.EPIPE: {true, false},
		syscall.EMFILE: {false, false}, syscall.EADDRNOTAVAIL: {false, false}, syscall.ENETUNREACH: {false, false}, syscall.ENOBUFS: {false, false},
	} {
		if got := failed("", reason); got.silent != want[0] || got.refused != want[1] {
			t.Errorf("%v: got %+v", reason, got)
		}
	}
	both := alsoFailed(failure{text: "x"}, syscall.ECONNREFUSED, "a")
	if both = alsoFailed(both, syscall.ETIMEDOUT, "b"); !both.silent || both.refused || both.text != "connection refused on a, connection timed out on b" {
		t.Errorf("got %+v", both)
	}
	for name, row := range map[string]struct {
		answer          string
		silent, refused bool
	}{
		"unavailable":    {"HTTP/1.1 503 Oops\r\n\r\n", false, false},
		"no HTTP":        {"SSH-2.0-OpenSSH_9.6\r\n", false, false},
		"nothing":        {"", true, false},
		"half an answer": {"HTTP/1.1 2", true, false},
	} {
		port, _ := number(answer(t, row.answer, false), 1, 65_535)
		question, problem := parse([]string{"http", decimal(port), "/"})
		if problem != "" {
			t.Fatal(problem)
		}
		if got := question.ask(); got.silent != row.silent || got.refused != row.refused {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	port, _ := number(closedPort(t), 1, 65_535)
	question, _ := parse([]string{"tcp", decimal(port)})
	if got := question.ask(); !got.silent || !got.refused {
		t.Errorf("closed port: got %+v", got)
	}
}
