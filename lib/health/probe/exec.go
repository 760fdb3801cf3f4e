package main

import "syscall"

const (
	exitCannotRun = 126
	exitNotFound  = 127

	// longestVariable is the kernel's limit of one variable, with its name (MAX_ARG_STRLEN).
	longestVariable = 131_072 - 1
)

// execute reads files into environment variables and becomes the program. The process stays the same, so that the
// program gets every signal itself. The values are in no command line and in no configuration of the engine.
func execute(arguments []string) (exitCode int, line string) {
	settings, program := arguments, []string(nil)
	for i, argument := range arguments {
		if argument == "--" {
			settings, program = arguments[:i], arguments[i+1:]
			break
		}
	}
	if len(program) == 0 {
		return exitUsage, usageError("exec: no program after --")
	}
	for i, setting := range settings {
		name, path := cut(setting, '=')
		if name == "" || path == "" {
			// Not the argument itself: it may be a value that was meant to be read from a file.
			return exitUsage, usageError("exec: an argument before -- is not of the form NAME=/path")
		}
		for _, other := range settings[:i] {
			if otherName, _ := cut(other, '='); otherName == name {
				return exitUsage, usageError("exec: " + quote(name) + " is given twice")
			}
		}
	}
	environment := syscall.Environ()
	for _, setting := range settings {
		name, path := cut(setting, '=')
		value, problem := secret(path, longestVariable-len(name)-1)
		if problem != "" {
			return exitCannotRun, "exec: the file " + quote(path) + " for " + quote(name) + " " + problem
		}
		environment = with(environment, name, value)
	}
	err := syscall.Exec(program[0], program, environment)
	exitCode = exitCannotRun
	if err == syscall.ENOENT {
		exitCode = exitNotFound
	}
	return exitCode, "exec: cannot run " + quote(program[0]) + ": " + err.Error()
}

// secret reads a value, without the line break at its end. The problem never shows what the file holds.
func secret(path string, longest int) (value, problem string) {
	// Opening a named pipe would wait for its writer.
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", "cannot be read: " + err.Error()
	}
	defer syscall.Close(file)
	var status syscall.Stat_t
	if err = syscall.Fstat(file, &status); err != nil {
		return "", "cannot be read: " + err.Error()
	}
	if status.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return "", "is not a regular file"
	}
	content, err := readAll(file, longest+len("\r\n"))
	if err == nil && len(withoutLineBreak(string(content))) > longest {
		err = syscall.EFBIG
	}
	if err == syscall.EFBIG {
		return "", "is longer than a variable may be: " + decimal(longest) + " bytes"
	}
	if err != nil {
		return "", "cannot be read: " + err.Error()
	}
	for _, octet := range content {
		if octet == 0 {
			return "", "holds a NUL character, which no variable can have"
		}
	}
	return withoutLineBreak(string(content)), ""
}

// withoutLineBreak takes off the one that editors and "echo" leave at the end.
func withoutLineBreak(text string) string {
	if end := len(text) - 1; end >= 0 && text[end] == '\n' {
		text = text[:end]
		if end > 0 && text[end-1] == '\r' {
			text = text[:end-1]
		}
	}
	return text
}

func with(environment []string, name, value string) []string {
	var others []string
	for _, entry := range environment {
		if other, _ := cut(entry, '='); other != name {
			others = append(others, entry)
		}
	}
	return append(others, name+"="+value)
}
