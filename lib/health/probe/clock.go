package main

import (
	"syscall"
	"unsafe"
)

const (
	clockRealtime  = 0
	clockMonotonic = 1 // stands still while the machine sleeps
	clockBoottime  = 7 // runs on while the machine sleeps
)

// deadline is a moment of the monotonic clock, in milliseconds.
type deadline int64

func deadlineIn(milliseconds int) deadline {
	return deadline(now() + int64(milliseconds))
}

// sooner returns the earlier one of the deadline and the moment in so many milliseconds.
func (d deadline) sooner(milliseconds int) deadline {
	if other := deadlineIn(milliseconds); other < d {
		return other
	}
	return d
}

func now() int64 {
	return clock(clockMonotonic)
}

func clock(id uintptr) int64 {
	var reading syscall.Timespec
	// Package time would cost 110 kB, and the wall clock that package syscall offers may jump.
	_, _, failure := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&reading)), 0)
	if failure != 0 {
		finish(exitUnhealthy, "cannot read the clock: "+failure.Error())
	}
	return int64(reading.Sec)*1_000 + int64(reading.Nsec)/1_000_000
}

func pause(milliseconds int64) {
	rest := syscall.NsecToTimespec(milliseconds * 1_000_000)
	for syscall.Nanosleep(&rest, &rest) == syscall.EINTR {
	}
}
