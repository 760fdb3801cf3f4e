package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// exitBySignal plus the signal is the exit code of a program that a signal has ended, as shells have it.
const exitBySignal = 128

// The exit codes of a program that cannot be started, as shells have them.
const (
	exitCannotRun = 126
	exitNotFound  = 127
)

// outcome is how one attempt has ended.
type outcome struct {
	exitCode int
	// failure is empty for a success.
	failure string
	// interrupted tells that the scheduler had to end it, so that no further attempt follows.
	interrupted bool
	took        time.Duration
}

// limits say when an attempt is ended.
type limits struct {
	timeLimit, killAfter time.Duration
	// ending is closed when the scheduler must end. The program gets SIGTERM after finish, and SIGKILL after killAfter.
	ending <-chan struct{}
	finish time.Duration
}

// attempt starts the program in a process group of its own, and returns when it and all of the group have ended. The
// program writes to the scheduler's own output.
func attempt(program, environment []string, limits limits) outcome {
	started := time.Now()
	killed := outOfMemoryKills()
	process, err := start(program, environment)
	if err != nil {
		code := exitCannotRun
		if err == syscall.ENOENT {
			code = exitNotFound
		}
		return outcome{exitCode: code, failure: "cannot start " + quote(program[0]) + ": " + err.Error(), took: time.Since(started)}
	}
	ended := make(chan syscall.WaitStatus, 1)
	go func() { ended <- process.wait() }()

	reason, interrupted := "", false
	limit, ending := time.After(limits.timeLimit), limits.ending
	var term, kill <-chan time.Time
	terminate := func(why string) {
		reason, term, limit = why, nil, nil
		process.signal(syscall.SIGTERM)
		kill = time.After(limits.killAfter)
	}
	for {
		select {
		case status := <-ended:
			result := outcome{took: time.Since(started), interrupted: interrupted && reason != ""}
			result.exitCode, result.failure = describe(status)
			if reason != "" {
				result.failure = reason
			} else if result.failure != "" && outOfMemoryKills() > killed {
				result.failure += " (out of memory)"
			}
			return result
		case <-limit:
			terminate("it took longer than its time limit of " + took(limits.timeLimit))
		case <-ending:
			interrupted, ending = true, nil
			if reason == "" {
				term = time.After(limits.finish)
			}
		case <-term:
			terminate("the container was stopped")
		case <-kill:
			reason += "; it did not end within " + took(limits.killAfter) + " of SIGTERM, so SIGKILL ended it"
			process.signal(syscall.SIGKILL)
		}
	}
}

func describe(status syscall.WaitStatus) (exitCode int, failure string) {
	if status.Signaled() {
		return exitBySignal + int(status.Signal()), "signal " + strconv.Itoa(int(status.Signal())) + " (" + status.Signal().String() + ")"
	}
	if status.ExitStatus() == 0 {
		return 0, ""
	}
	return status.ExitStatus(), "exit code " + strconv.Itoa(status.ExitStatus())
}

// process is the first process of a group; its id is that of the group.
type process int

func start(program, environment []string) (process, error) {
	path, err := findProgram(program[0])
	if err != nil {
		return 0, withoutPath(err)
	}
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		return 0, withoutPath(err)
	}
	defer nothing.Close()
	pid, err := syscall.ForkExec(path, program, &syscall.ProcAttr{
		Env:   environment,
		Files: []uintptr{nothing.Fd(), 1, 2},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		return 0, err
	}
	// When memory is short, the kernel shall end the program and not the scheduler. Best effort.
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", []byte("500"), 0)
	return process(pid), nil
}

func withoutPath(err error) error {
	if inner, ok := err.(*os.PathError); ok {
		return inner.Err
	}
	return err
}

func (p process) signal(signal syscall.Signal) { _ = syscall.Kill(-int(p), signal) }

// wait waits for the first process, and ends what it has left behind: nothing of a run may overlap the next one. The group
// is killed before its id is free for another one.
func (p process) wait() (status syscall.WaitStatus) {
	const byPID = 1 // P_PID
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(p), 0, syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	p.signal(syscall.SIGKILL)
	for {
		if _, err := syscall.Wait4(int(p), &status, 0, nil); err != syscall.EINTR {
			return status
		}
	}
}

// memoryFiles tell what the kernel did for want of memory: of version 2 and of version 1 of cgroups.
var memoryFiles = []string{"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"}

// outOfMemoryKills counts the processes of the container that the kernel has ended for want of memory.
func outOfMemoryKills() int {
	for _, file := range memoryFiles {
		text, _ := os.ReadFile(file)
		for _, line := range strings.Split(string(text), "\n") {
			if count, found := strings.CutPrefix(line, "oom_kill "); found {
				number, _ := strconv.Atoi(count)
				return number
			}
		}
	}
	return 0
}
