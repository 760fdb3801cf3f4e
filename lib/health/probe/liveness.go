package main

import "syscall"

// A program that hangs is unhealthy, and no engine restarts a container for that. It restarts one whose program has
// ended, so the probe ends a program that was silent too often:
//
//   - The count begins after the first healthy answer, so that a slow start is never ended.
//   - Any answer ends a silence, also one that says "not healthy": a restart does not help against a database that is away.
//   - The last silence sends SIGQUIT, which makes a Go program log the stacks of all its goroutines and exit. SIGKILL
//     follows with the next one, for programs that are stopped or catch SIGQUIT. The probe waits for neither,
//     because the engine kills a check that takes longer than its timeout.
//   - A check that was late itself counts neither way: see lateness.
//   - After a machine that slept or a container that was paused the count begins anew.
//   - A program that refuses connections may be finishing its last requests. It has its stop grace period for that, after
//     which the engine would have ended it.
//
// Between two checks nothing of the probe lives, so the count is in a file: see silence.go.

const (
	// leastLate is how many milliseconds of a check the probe may lose before the check counts neither way.
	leastLate = 500
	// longestSleep is by how many milliseconds the machine's clocks may differ more than at the check before.
	longestSleep = 1_000
	// launchTime is how many milliseconds the engine takes at most to start a check.
	launchTime = 10_000
)

// watch counts a check, and ends the program when it has been silent too often. It returns what to add to the line.
func watch(check check, verdict verdict) string {
	program, problem := programOfInit()
	if problem != "" {
		return "; liveness is off: " + problem
	}
	file, problem := openSilence()
	if problem != "" {
		return "; liveness is off: " + problem
	}
	moment := moment{boottime: clock(clockBoottime), monotonic: now(), lateness: lateness()}
	was := readSilence(file)
	is, deed, note := was.after(check, verdict, program, moment)
	if is != was {
		if err := is.write(file); err != nil {
			return "; liveness is off: cannot write the count of silences: " + err.Error()
		}
	}
	if deed == 0 {
		return note
	}
	name := "SIGQUIT"
	if deed == syscall.SIGKILL {
		name = "SIGKILL"
	}
	seconds := (moment.boottime - is.since) / 1_000
	note = "no answer for " + decimal64(seconds) + " s (" + decimal64(is.count) + " checks): " + name + " to process " + decimal(program.pid)
	logReason("probe: " + note + "; last check: " + verdict.line + "\n")
	if err := syscall.Kill(program.pid, deed); err != nil {
		note += " failed: " + err.Error()
	}
	return "; " + note
}

// moment is when a check ended.
type moment struct {
	boottime, monotonic int64 // milliseconds of the two clocks
	lateness            int64
}

// after returns the silence after one more check, the signal that is due, and what to say.
func (s silence) after(check check, verdict verdict, program process, moment moment) (is silence, deed syscall.Signal, note string) {
	is = s
	isKnown := s.pid == int64(program.pid) && s.started == program.started
	switch {
	case !isKnown && verdict.exitCode != exitHealthy:
		return is, 0, "" // it is still starting
	case !verdict.silent:
		is = silence{pid: int64(program.pid), started: program.started, since: moment.boottime}
	}
	slept := moment.boottime - s.boottime - (moment.monotonic - s.monotonic)
	is.boottime, is.monotonic = moment.boottime, moment.monotonic
	if !verdict.silent {
		return is, 0, ""
	}
	options := check.liveness
	allowedLateness := int64(check.timeout / 4)
	if allowedLateness < leastLate {
		allowedLateness = leastLate
	}
	gap := moment.boottime - s.boottime
	switch {
	case gap < 0 || slept > longestSleep || gap > 2*int64(options.interval+check.timeout)+launchTime:
		is.count, is.asked, is.since = 0, 0, moment.boottime
		return is, 0, "; counting anew, because the machine or the container stood still"
	case program.state == stoppedByDebugger:
		return is, 0, "; not counted, because a debugger has stopped the program"
	case moment.lateness > allowedLateness:
		return is, 0, "; not counted, because the check itself lost " + decimal64(moment.lateness) + " ms"
	}
	is.count++
	note = "; silence " + decimal64(is.count) + " of " + decimal(options.silences)
	switch {
	case is.count < int64(options.silences):
		return is, 0, note
	case verdict.refused && moment.boottime-is.since < int64(options.stopGrace):
		return is, 0, note + ", but the program may be ending"
	case is.asked == 0:
		is.asked = 1
		return is, syscall.SIGQUIT, note
	}
	return is, syscall.SIGKILL, note
}

// logReason writes to where process 1 writes its errors: the log of the container. The engine may have given it to
// another user, or nobody may read it; the check does not depend on it.
func logReason(line string) {
	log, err := syscall.Open("/proc/1/fd/2", syscall.O_WRONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY|syscall.O_APPEND|syscall.O_CLOEXEC, 0)
	if err == nil {
		write(log, line)
		syscall.Close(log)
	}
}
