package main

import "syscall"

// failure says why there is no usable answer; without a text there is one.
type failure struct {
	text string
	// silent: nobody answered. An answer that is wrong, or a reason on the probe's own side, is no silence.
	silent bool
	// refused: nobody listens on the port, as in a program that ends and lets its last requests finish.
	refused bool
	// reason is that of the last attempt to connect.
	reason string
}

func (f failure) happened() bool { return f.text != "" }

func (f failure) after(subject string) failure {
	f.text = subject + f.text
	return f
}

func failed(doing string, err error) failure {
	silent := err == syscall.ETIMEDOUT || err == syscall.ECONNREFUSED || err == syscall.ECONNRESET || err == syscall.EPIPE
	return failure{text: doing + err.Error(), silent: silent, refused: err == syscall.ECONNREFUSED}
}

// verdict is the result of a check.
type verdict struct {
	exitCode int
	line     string
	silent   bool
	refused  bool
}

func (f failure) verdict(subject string) verdict {
	return verdict{exitCode: exitUnhealthy, line: subject + f.text, silent: f.silent, refused: f.refused}
}
