package main

import "syscall"

// reloadSignal is one that programs take as a request to read their files again; 0 for others.
func reloadSignal(name string) syscall.Signal {
	switch name {
	case "SIGHUP":
		return syscall.SIGHUP
	case "SIGUSR1":
		return syscall.SIGUSR1
	case "SIGUSR2":
		return syscall.SIGUSR2
	}
	return 0
}

// reload signals process 1 of a container whose processes the probe shares, unless that process has started after its
// files were changed. An init passes the signal on. Without an init, the kernel drops a signal that the program does not
// handle.
func reload(arguments []string) (exitCode int, line string) {
	if len(arguments) < 2 {
		return exitUsage, usageError("reload: needs a signal and a file")
	}
	signal := reloadSignal(arguments[0])
	if signal == 0 {
		return exitUsage, usageError("reload: " + quote(arguments[0]) + " is not one of SIGHUP, SIGUSR1 and SIGUSR2")
	}
	program, valid := readProcess("1")
	if !valid {
		return exitUnhealthy, "reload: cannot read /proc/1/stat"
	}
	var latest int64
	for _, path := range arguments[1:] {
		var status syscall.Stat_t
		if err := syscall.Stat(path, &status); err != nil {
			return exitUnhealthy, "reload: cannot read " + quote(path) + ": " + err.Error()
		}
		latest = max(latest, int64(status.Ctim.Sec)*1_000+int64(status.Ctim.Nsec)/1_000_000)
	}
	// The kernel's time of a change may be a few milliseconds old.
	const inexact = 20
	started := clock(clockRealtime) - clock(clockBoottime) + program.started*10
	if started > latest+inexact {
		return exitHealthy, "reload: the program has started with these files"
	}
	if err := syscall.Kill(1, signal); err != nil {
		return exitUnhealthy, "reload: cannot signal the program: " + err.Error()
	}
	return exitHealthy, "reload: the program was sent " + arguments[0]
}
