package main

import "syscall"

// silence is what the probe knows from earlier checks. It belongs to one run of the program.
type silence struct {
	pid, started        int64 // of the program
	count               int64 // checks in a row without an answer
	asked               int64 // 1 when SIGQUIT was sent
	since               int64 // boottime of the last answer
	boottime, monotonic int64 // of the last check
}

// silenceSize is that of the file. One write of one size is never seen in part, so a check that is killed leaves the
// record before or the one after.
const silenceSize = 192

// memoryDirectories are where the record can be kept. The engine mounts /dev/shm into each container, writable and empty
// at each start, also where the root is read-only; without shared memory it may have /tmp.
var memoryDirectories = []string{"/dev/shm", "/tmp"}

// openSilence opens the record. Its name has the container's number of its processes, because containers may share memory.
func openSilence() (file int, problem string) {
	space, err := readLink("/proc/self/ns/pid")
	if err != nil {
		return -1, "cannot read /proc/self/ns/pid: " + err.Error()
	}
	for _, directory := range memoryDirectories {
		path := directory + "/.probe-" + space
		file, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
		if err == nil {
			return file, ""
		}
		problem = "cannot open " + path + ": " + err.Error()
	}
	return -1, problem
}

// readSilence returns an empty record where there is none.
func readSilence(file int) silence {
	buffer := make([]byte, silenceSize)
	size, err := syscall.Pread(file, buffer, 0)
	if err != nil || size != silenceSize {
		return silence{}
	}
	return parseSilence(string(buffer))
}

func parseSilence(text string) (s silence) {
	fields := words(text)
	targets := s.fields()
	if len(fields) != len(targets) {
		return silence{}
	}
	for i, target := range targets {
		value, valid := natural(fields[i])
		if !valid {
			return silence{}
		}
		*target = value
	}
	return s
}

func (s silence) text() string {
	text := ""
	for _, field := range s.fields() {
		text += decimal64(*field) + " "
	}
	for len(text) < silenceSize-1 {
		text += " "
	}
	return text + "\n"
}

func (s *silence) fields() []*int64 {
	return []*int64{&s.pid, &s.started, &s.count, &s.asked, &s.since, &s.boottime, &s.monotonic}
}

func (s silence) write(file int) error {
	size, err := syscall.Pwrite(file, []byte(s.text()), 0)
	if err == nil && size != silenceSize {
		return syscall.ENOSPC
	}
	return err
}
