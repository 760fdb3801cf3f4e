// Command probe is the health check of container images that hold no shell and no curl.
//
//	probe http  <port> <path> [--host-header <name>] [--expect <codes>] [option …]
//	probe https <port> <path> [--host-header <name>] [--expect <codes>] [--insecure | --ca <file>] [--server-name <name>] [option …]
//	probe tcp   <port> [option …]
//	probe grpc  <port> [--service <name>] [--host-header <name>] [option …]
//	probe grpcs <port> [--service <name>] [--host-header <name>] [--insecure | --ca <file>] [--server-name <name>] [option …]
//
// Each of these is a check. It connects to 127.0.0.1, or to [::1] when nothing answers there, prints one line that says
// what it found, and exits with 0 (healthy), 1 (not healthy) or 2 (wrong usage). The engine keeps that line: it is what
// "docker inspect" shows of a failed check. The options of all checks are:
//
//	--timeout <ms>     how long the answer may take
//	--host <name>      asks another host
//	--liveness <n>     ends a program that leaves n checks in a row without an answer: see liveness.go
//	--alive <check>    with --liveness, the last one: asks this first, and only its silences count
//	--interval <ms>    with --liveness: the time between two checks
//	--stop-grace <ms>  with --liveness: the program's time to shut down
//
// Three commands use checks, or prepare a program:
//
//	probe wait  [--timeout <ms>] <check>
//	probe trial [--timeout <ms>] [--settle <ms>] [--grace <ms>] <check> -- <program> [argument …]
//	probe exec  <NAME>=<file> … -- <program> [argument …]
//
// One tells what the kernel remembers:
//
//	probe memory-kills
//
// Three commands run in containers of their own, beside a program or before it:
//
//	probe own    <uid:gid> <directory> …
//	probe place  <uid:gid> <mode> <source> <target> …
//	probe reload <signal> <file> …
//
// Packages os, net and fmt would add between 0.2 and 5 MB to every image, so the program uses the
// system calls alone. The modes with TLS need a build with the tag tls.
package main

import "syscall"

const (
	exitHealthy   = 0
	exitUnhealthy = 1
	exitUsage     = 2
)

func main() {
	arguments, err := commandLine()
	if err != nil {
		finish(exitUsage, "cannot read the command line from /proc/self/cmdline: "+err.Error())
	}
	if len(arguments) > 0 {
		switch arguments[0] {
		case "exec":
			finishCommand(execute(arguments[1:]))
		case "trial":
			finishCommand(trial(arguments))
		case supervising:
			finishCommand(supervise(arguments[1:]))
		case "wait":
			finish(wait(arguments[1:]))
		case "memory-kills":
			finish(memoryKills())
		case "own":
			finishCommand(own(arguments[1:]))
		case "place":
			finishCommand(place(arguments[1:]))
		case "reload":
			finishCommand(reload(arguments[1:]))
		}
	}
	finish(run(arguments))
}

// run executes the check that the arguments (without the program's name) ask for.
func run(arguments []string) (exitCode int, line string) {
	check, problem := parse(arguments)
	if problem != "" {
		return exitUsage, usageError(problem)
	}
	verdict := check.answer()
	return verdict.exitCode, verdict.line
}

func usageError(problem string) string {
	return problem + "; usage: " + usage
}

func finish(exitCode int, line string) {
	output := 1
	if exitCode == exitUsage {
		output = 2
	}
	write(output, line+"\n")
	syscall.Exit(exitCode)
}

// finishCommand ends a command whose output shares a log with that of a program.
func finishCommand(exitCode int, line string) {
	write(2, "probe: "+line+"\n")
	syscall.Exit(exitCode)
}

// commandLine returns the arguments without the program's name. Without package os they are not to be
// had from the runtime, so they come from the kernel.
func commandLine() ([]string, error) {
	const longest = 8 << 20 // the kernel's own limit is 6 MB
	text, err := readFile("/proc/self/cmdline", longest)
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, syscall.EINVAL
	}
	arguments := split(string(text[:len(text)-1]), 0)
	return arguments[1:], nil
}
