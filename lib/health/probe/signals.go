package main

import (
	"runtime"
	"syscall"
	"unsafe"
)

// MIPS numbers some of what follows in a way of its own.
const isMIPS = runtime.GOARCH == "mips64le"

// signalSet is a set of signals as the kernel takes it; MIPS has twice as many as others.
type signalSet [2]uint64

func signals(numbers ...syscall.Signal) (set signalSet) {
	for _, number := range numbers {
		set[(number-1)/64] |= 1 << uint((number-1)%64)
	}
	return set
}

func (s *signalSet) size() uintptr {
	if isMIPS {
		return 16
	}
	return 8
}

// block keeps the signals from the calling thread, and unblock hands them over again.
func (s *signalSet) block() error {
	return s.mask(0)
}

func (s *signalSet) unblock() error {
	return s.mask(1)
}

func (s *signalSet) mask(how uintptr) error {
	if isMIPS {
		how++
	}
	_, _, failure := syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, how, uintptr(unsafe.Pointer(s)), 0, s.size(), 0, 0)
	if failure != 0 {
		return failure
	}
	return nil
}

// wait returns the next one of the signals, or 0 when none came in time.
func (s *signalSet) wait(milliseconds int64) syscall.Signal {
	patience := syscall.NsecToTimespec(milliseconds * 1_000_000)
	number, _, failure := syscall.Syscall6(syscall.SYS_RT_SIGTIMEDWAIT, uintptr(unsafe.Pointer(s)), 0, uintptr(unsafe.Pointer(&patience)), s.size(), 0, 0)
	if failure != 0 {
		return 0
	}
	return syscall.Signal(number)
}
