package main

import "syscall"

// process is what the kernel tells of one in /proc/<pid>/stat.
type process struct {
	pid, parent int
	state       byte
	started     int64 // since the machine's start, in hundredths of a second
}

const stoppedByDebugger = 't'

func readProcess(pid string) (read process, valid bool) {
	text, err := readFile("/proc/"+pid+"/stat", longestFile)
	if err != nil {
		return process{}, false
	}
	return parseProcess(string(text))
}

// parseProcess reads "7 (name) S 1 …". The name can hold anything, also parentheses and spaces.
func parseProcess(text string) (read process, valid bool) {
	const state, parent, started = 0, 1, 19 // fields after the name
	nameEnd := len(text) - 1
	for nameEnd >= 0 && text[nameEnd] != ')' {
		nameEnd--
	}
	fields := words(text[nameEnd+1:])
	if nameEnd < 0 || len(fields) <= started {
		return process{}, false
	}
	first, _ := cut(text, ' ')
	read.pid, valid = number(first, 1, 1<<22)
	parentPID, _ := natural(fields[parent])
	read.parent, read.state = int(parentPID), fields[state][0]
	startedAt, startedValid := natural(fields[started])
	read.started = startedAt
	return read, valid && startedValid
}

// inits are the programs that the engine and images put before the real one. They start it, hand signals on, and
// end when it ends.
var inits = []string{"docker-init", "podman-init", "tini", "tini-static", "catatonit", "dumb-init"}

// programOfInit finds the program of the container: what its init started first.
func programOfInit() (program process, problem string) {
	name, err := readFile("/proc/1/comm", longestFile)
	if err != nil {
		return process{}, "cannot read /proc/1/comm: " + err.Error()
	}
	isInit := false
	for _, known := range inits {
		isInit = isInit || known == withoutLineBreak(string(name))
	}
	if !isInit {
		return process{}, "process 1 is the program itself, which cannot be killed; run the container with an init"
	}
	if syscall.Getpid() == 1 || !sameRoot() {
		// The container shares the processes of the machine or of another container.
		return process{}, "process 1 does not belong to this container"
	}
	pids, err := processes()
	if err != nil {
		return process{}, "cannot list /proc: " + err.Error()
	}
	for _, pid := range pids {
		other, valid := readProcess(pid)
		// Orphans are children of the init too. They come from the program, and so are younger.
		if valid && other.parent == 1 && (program.pid == 0 || other.started < program.started || other.started == program.started && other.pid < program.pid) {
			program = other
		}
	}
	if program.pid == 0 {
		return process{}, "process 1 has no child"
	}
	return program, ""
}

// sameRoot tells whether process 1 sees the same file systems as the probe.
func sameRoot() bool {
	own, ownErr := readLink("/proc/self/ns/mnt")
	first, firstErr := readLink("/proc/1/ns/mnt")
	return ownErr == nil && firstErr == nil && own == first
}

func readLink(path string) (string, error) {
	buffer := make([]byte, 256)
	size, err := syscall.Readlink(path, buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:size]), nil
}

func processes() (pids []string, err error) {
	names, err := entries("/proc")
	for _, name := range names {
		if _, isPID := number(name, 1, 1<<22); isPID {
			pids = append(pids, name)
		}
	}
	return pids, err
}

// lateness is for how many milliseconds of its life the probe did not run although it could have, or was busy with
// itself. It is large where processors are scarce, and where the container or the machine stood still.
func lateness() int64 {
	self, valid := readProcess("self")
	if !valid {
		return 0
	}
	return clock(clockBoottime) - self.started*10 - waited
}
