// Command probe is the health check of container images that hold no shell and no curl.
//
//	probe http <port> <path> [--timeout <ms>] [--host-header <name>] [--expect <codes>]
//	probe tcp <port> [--timeout <ms>]
//
// It connects to 127.0.0.1, or to [::1] when nothing answers there, prints one line that says what it
// found, and exits with 0 (healthy), 1 (not healthy) or 2 (wrong usage). The engine keeps that line:
// it is what "docker inspect" shows of a failed check.
//
// Packages os, net and fmt would add between 0.2 and 5 MB to every image, so the program uses the
// system calls alone.
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
	finish(run(arguments))
}

// run executes the check that the arguments (without the program's name) ask for.
func run(arguments []string) (exitCode int, line string) {
	check, problem := parse(arguments)
	if problem != "" {
		return exitUsage, problem + "; usage: " + usage
	}
	end := deadlineIn(check.timeout)
	if check.mode == modeTCP {
		return checkTCP(check, end)
	}
	return checkHTTP(check, end)
}

func finish(exitCode int, line string) {
	output := 1
	if exitCode == exitUsage {
		output = 2
	}
	rest := []byte(line + "\n")
	for len(rest) > 0 {
		written, err := syscall.Write(output, rest)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			break
		}
		rest = rest[written:]
	}
	syscall.Exit(exitCode)
}

// commandLine returns the arguments without the program's name. Without package os they are not to be
// had from the runtime, so they come from the kernel.
func commandLine() ([]string, error) {
	file, err := syscall.Open("/proc/self/cmdline", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	var arguments []string
	var current []byte
	chunk := make([]byte, 4096)
	for {
		size, err := syscall.Read(file, chunk)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		if size == 0 {
			break
		}
		for _, character := range chunk[:size] {
			if character == 0 {
				arguments = append(arguments, string(current))
				current = current[:0]
			} else {
				current = append(current, character)
			}
		}
	}
	if len(arguments) == 0 {
		return nil, syscall.EINVAL
	}
	return arguments[1:], nil
}
