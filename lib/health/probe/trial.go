package main

import (
	"runtime"
	"syscall"
)

// A trial starts a program, asks it until it is healthy, and ends it: a new version shows that it works before it
// replaces the old one. The program's output is passed through. The exit code is 0 when the program was healthy; the
// program's own when it ended before; 1 when it was not healthy in time.

const (
	defaultGrace = 10_000
	// tick is how many milliseconds the supervisor may take to notice that the program has ended.
	tick = 20
	// exitBySignal plus the signal is the exit code of a program that a signal has ended.
	exitBySignal = 128

	// supervising is the argument of a trial's second life.
	supervising = "supervise"
)

type trialOptions struct {
	check                   check
	patience, settle, grace int
	program                 []string
}

// trial checks the arguments, of which the first is the command itself, and starts its second life with the signals
// blocked that it hands on. The Go runtime keeps the signals blocked that were so at its start, and only then can they be
// waited for. Package os/signal does it otherwise, for 160 kB.
func trial(arguments []string) (exitCode int, line string) {
	if _, problem := parseTrial(arguments[1:]); problem != "" {
		return exitUsage, usageError("trial: " + problem)
	}
	runtime.LockOSThread()
	if err := handedOn.block(); err != nil {
		return exitCannotRun, "trial: cannot block signals: " + err.Error()
	}
	err := syscall.Exec("/proc/self/exe", append([]string{"probe", supervising}, arguments[1:]...), syscall.Environ())
	return exitCannotRun, "trial: cannot start /proc/self/exe: " + err.Error()
}

var handedOn = signals(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2)

func parseTrial(arguments []string) (options trialOptions, problem string) {
	options = trialOptions{patience: defaultPatience, grace: defaultGrace}
	question := arguments
	for i, argument := range arguments {
		if argument == "--" {
			question, options.program = arguments[:i], arguments[i+1:]
			break
		}
	}
	if len(options.program) == 0 {
		return options, "no program after --"
	}
	question, problem = commandOptions(question, []commandOption{
		{"--timeout", &options.patience}, {"--settle", &options.settle}, {"--grace", &options.grace},
	})
	if problem != "" {
		return options, problem
	}
	if options.check, problem = parse(question); problem == "" && options.check.liveness.silences > 0 {
		problem = "--liveness is for health checks"
	}
	return options, problem
}

// supervise is the second life of a trial.
func supervise(arguments []string) (exitCode int, line string) {
	options, problem := parseTrial(arguments)
	if problem != "" {
		return exitUsage, usageError("trial: " + problem)
	}
	run := trialRun{options: options, started: now()}
	if err := run.start(); err != nil {
		exitCode = exitCannotRun
		if err == syscall.ENOENT {
			exitCode = exitNotFound
		}
		return exitCode, "trial: cannot run " + quote(options.program[0]) + ": " + err.Error()
	}
	return run.watch()
}

type trialRun struct {
	options      trialOptions
	started      int64
	pid          int
	status       syscall.WaitStatus
	ended        bool
	signal       syscall.Signal // the last one that was handed on
	said         answers
	healthySince int64 // 0 while it is not healthy
}

// start starts the program with the signals that the supervisor itself has blocked.
func (t *trialRun) start() error {
	runtime.LockOSThread()
	if err := handedOn.unblock(); err != nil {
		return err
	}
	pid, err := syscall.ForkExec(t.options.program[0], t.options.program, &syscall.ProcAttr{Env: syscall.Environ(), Files: []uintptr{0, 1, 2}})
	t.pid = pid
	if blocked := handedOn.block(); err == nil {
		err = blocked
	}
	return err
}

// watch asks the program until the trial is decided, and ends the program.
func (t *trialRun) watch() (exitCode int, line string) {
	verdicts := make(chan verdict)
	ask := func(after int64) {
		pause(after)
		verdicts <- t.options.check.ask()
	}
	go ask(0)
	for end := t.started + int64(t.options.patience) + int64(t.options.settle); ; {
		t.turn()
		if t.ended || t.signal != 0 {
			break
		}
		select {
		case verdict := <-verdicts:
			t.said.add(verdict.line)
			switch {
			case verdict.exitCode != exitHealthy:
				t.healthySince = 0
			case t.healthySince == 0:
				t.healthySince = now()
			}
			if t.healthySince != 0 && now()-t.healthySince >= int64(t.options.settle) {
				return exitHealthy, "trial: healthy after " + decimal64(t.healthySince-t.started) + " ms: " + verdict.line + t.end()
			}
			go ask(betweenQuestions)
		default:
		}
		// Within the patience the program must have become healthy, and then stay so.
		if now() >= end || t.healthySince == 0 && now() >= t.started+int64(t.options.patience) {
			return exitUnhealthy, "trial: not healthy within " + decimal(t.options.patience) + " ms: " + t.said.text() + t.end()
		}
	}
	if !t.ended {
		note := t.end()
		return exitBySignal + int(t.signal), "trial: ended by signal " + decimal(int(t.signal)) + " before it was decided" + note
	}
	return t.endedEarly()
}

// endedEarly is what to say of a program that a service must not be: one that ends.
func (t *trialRun) endedEarly() (exitCode int, line string) {
	line = "trial: the program ended after " + decimal64(now()-t.started) + " ms"
	if t.status.Signaled() {
		exitCode = exitBySignal + int(t.status.Signal())
		line += " by signal " + decimal(int(t.status.Signal())) + " (" + t.status.Signal().String() + ")"
	} else {
		exitCode = t.status.ExitStatus()
		line += " with exit code " + decimal(exitCode)
	}
	if t.healthySince == 0 {
		line += ", before it was healthy: " + t.said.text()
	} else {
		line += ", after it had been healthy"
	}
	if exitCode == exitHealthy {
		exitCode = exitUnhealthy
	}
	return exitCode, line
}

// turn takes what has happened: ended children, orphans among them, and signals to hand on.
func (t *trialRun) turn() {
	t.reap()
	if t.ended {
		return
	}
	if signal := handedOn.wait(tick); signal != 0 {
		syscall.Kill(t.pid, signal)
		if signal != syscall.SIGUSR1 && signal != syscall.SIGUSR2 {
			t.signal = signal
		}
	}
}

func (t *trialRun) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if pid == t.pid {
			t.ended, t.status = true, status
		}
	}
}

// end ends the program, with SIGKILL where it takes longer than the grace period, and says when it had to.
func (t *trialRun) end() (note string) {
	if t.signal == 0 {
		syscall.Kill(t.pid, syscall.SIGTERM)
	}
	for until := now() + int64(t.options.grace); !t.ended && now() < until; {
		t.turn()
	}
	if t.ended {
		return ""
	}
	syscall.Kill(t.pid, syscall.SIGKILL)
	for !t.ended {
		t.turn()
	}
	return "; it did not end within " + decimal(t.options.grace) + " ms of SIGTERM, so SIGKILL ended it"
}
