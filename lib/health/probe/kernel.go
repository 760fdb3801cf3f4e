package main

import "syscall"

const (
	kernelReadAll    = 3  // SYSLOG_ACTION_READ_ALL
	kernelSizeBuffer = 10 // SYSLOG_ACTION_SIZE_BUFFER
	largestKernelLog = 64 << 20
)

// memoryKills returns which containers ran out of memory, as the kernel remembers it: the engine forgets it when a container
// starts again. The first line is that of /proc/uptime, to which the others count their seconds. It needs the capability SYSLOG.
func memoryKills() (exitCode int, text string) {
	uptime, err := readFile("/proc/uptime", longestFile)
	if err != nil {
		return exitUnhealthy, "cannot read /proc/uptime: " + err.Error()
	}
	size, err := syscall.Klogctl(kernelSizeBuffer, nil)
	if err != nil || size > largestKernelLog {
		return exitUnhealthy, "cannot read the log of the kernel: it needs the capability SYSLOG"
	}
	log := make([]byte, size)
	size, err = syscall.Klogctl(kernelReadAll, log)
	if err != nil {
		return exitUnhealthy, "cannot read the log of the kernel: " + err.Error()
	}
	return exitHealthy, string(uptime) + linesWith(string(log[:size]), "oom-kill:")
}

// linesWith returns the lines that hold a word.
func linesWith(text, word string) string {
	found := ""
	for _, line := range split(text, '\n') {
		for i := 0; i+len(word) <= len(line); i++ {
			if line[i:i+len(word)] == word {
				found += line + "\n"
				break
			}
		}
	}
	return found
}
