package main

const (
	defaultPatience = 60_000
	// betweenQuestions is for how many milliseconds wait and trial pause between two questions.
	betweenQuestions = 200
)

// wait asks until the answer is healthy or the time is up.
func wait(arguments []string) (exitCode int, line string) {
	patience := defaultPatience
	rest, problem := commandOptions(arguments, []commandOption{{"--timeout", &patience}})
	if problem != "" {
		return exitUsage, usageError("wait: " + problem)
	}
	check, problem := parse(rest)
	if problem == "" && check.liveness.silences > 0 {
		problem = "--liveness is for health checks"
	}
	if problem != "" {
		return exitUsage, usageError("wait: " + problem)
	}
	end := deadlineIn(patience)
	for said := (answers{}); ; pause(betweenQuestions) {
		remaining := int(int64(end) - now())
		if remaining <= 0 {
			return exitUnhealthy, "not healthy within " + decimal(patience) + " ms: " + said.text()
		}
		if remaining < check.timeout {
			check.timeout = remaining
		}
		verdict := check.ask()
		if verdict.exitCode == exitHealthy {
			return exitHealthy, verdict.line
		}
		said.add(verdict.line)
	}
}

type commandOption struct {
	name   string
	target *int
}

// commandOptions reads the options before the check: milliseconds, also zero.
func commandOptions(arguments []string, options []commandOption) (rest []string, problem string) {
	for len(arguments) > 0 {
		var target *int
		for _, option := range options {
			if option.name == arguments[0] {
				target = option.target
			}
		}
		if target == nil {
			break
		}
		if len(arguments) < 2 {
			return nil, arguments[0] + " needs a value"
		}
		value, valid := number(arguments[1], 1, longestTimeout)
		if !valid && arguments[1] != "0" {
			return nil, "the value " + quote(arguments[1]) + " of " + arguments[0] + " is not valid"
		}
		*target, arguments = value, arguments[2:]
	}
	return arguments, ""
}
