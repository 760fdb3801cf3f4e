package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type serveOptions struct {
	schedule   Schedule
	name       string
	timeLimit  time.Duration
	killAfter  time.Duration
	shutdown   time.Duration
	retries    int
	retryDelay time.Duration
	runsMissed bool
	metrics    int
	history    string
	program    []string
}

type nextOptions struct {
	schedule Schedule
	from     time.Time
	count    int
}

// values are the options of a command line: name → value.
type values map[string]string

// parseOptions reads pairs of names and values, each name once.
func parseOptions(arguments []string, known ...string) (given values, problem string) {
	given = values{}
	for ; len(arguments) > 0; arguments = arguments[2:] {
		name := arguments[0]
		isKnown := false
		for _, one := range known {
			isKnown = isKnown || one == name
		}
		if _, twice := given[name]; !isKnown || twice {
			return nil, "unknown or repeated option " + quote(name)
		}
		if len(arguments) < 2 {
			return nil, name + " needs a value"
		}
		given[name] = arguments[1]
	}
	return given, ""
}

func (v values) schedule() (Schedule, string) {
	text, isCron := v["--cron"]
	zone, hasZone := v["--zone"]
	every, isInterval := v["--every"]
	switch {
	case isCron && hasZone && !isInterval:
		schedule, problem := parseCron(text, zone)
		return schedule, problem
	case isInterval && !isCron && !hasZone:
		step, err := time.ParseDuration(every)
		if err != nil || step < time.Second || step%time.Second != 0 {
			return nil, "the interval " + quote(every) + " is not a number of whole seconds"
		}
		return interval{step}, ""
	}
	return nil, "give either --cron and --zone, or --every"
}

func (v values) duration(name string, fallback time.Duration) (time.Duration, string) {
	text, given := v[name]
	if !given {
		return fallback, ""
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		return 0, "the value " + quote(text) + " of " + name + " is not a duration"
	}
	return duration, ""
}

func (v values) number(name string, fallback, most int) (int, string) {
	text, given := v[name]
	if !given {
		return fallback, ""
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 || number > most {
		return 0, "the value " + quote(text) + " of " + name + " is not a number from 0 to " + strconv.Itoa(most)
	}
	return number, ""
}

func parseServe(arguments []string) (options serveOptions, problem string) {
	given := arguments
	for i, argument := range arguments {
		if argument == "--" {
			given, options.program = arguments[:i], arguments[i+1:]
			break
		}
	}
	if len(options.program) == 0 {
		return options, "no program after --"
	}
	read, problem := parseOptions(given, "--cron", "--zone", "--every", "--name", "--time-limit", "--kill-after", "--shutdown", "--retries",
		"--retry-delay", "--missed", "--metrics", "--history")
	if problem != "" {
		return options, problem
	}
	var problems [8]string
	options.schedule, problems[0] = read.schedule()
	options.timeLimit, problems[1] = read.duration("--time-limit", time.Hour)
	options.killAfter, problems[2] = read.duration("--kill-after", 10*time.Second)
	options.shutdown, problems[3] = read.duration("--shutdown", 30*time.Second)
	options.retries, problems[4] = read.number("--retries", 0, 100)
	options.retryDelay, problems[5] = read.duration("--retry-delay", 10*time.Second)
	options.metrics, problems[6] = read.number("--metrics", 0, 65_535)
	options.name, options.history = read["--name"], read["--history"]
	switch read["--missed"] {
	case "run-once":
		options.runsMissed = true
	case "skip", "":
	default:
		problems[7] = "the value " + quote(read["--missed"]) + " of --missed is neither skip nor run-once"
	}
	for _, problem := range problems {
		if problem != "" {
			return options, problem
		}
	}
	return options, ""
}

func parseNext(arguments []string) (options nextOptions, problem string) {
	read, problem := parseOptions(arguments, "--cron", "--zone", "--every", "--from", "--count")
	if problem != "" {
		return options, problem
	}
	if options.schedule, problem = read.schedule(); problem != "" {
		return options, problem
	}
	if options.count, problem = read.number("--count", 5, 1_000); problem != "" {
		return options, problem
	}
	options.from = time.Now()
	if text, given := read["--from"]; given {
		from, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return options, "the value " + quote(text) + " of --from is not a time such as 2026-03-29T01:00:00Z"
		}
		options.from = from
	}
	return options, ""
}

// findProgram looks for the program as a shell does.
func findProgram(name string) (path string, err error) {
	if strings.Contains(name, "/") {
		return name, executable(name)
	}
	for _, directory := range strings.Split(os.Getenv("PATH"), ":") {
		if path := directory + "/" + name; directory != "" && executable(path) == nil {
			return path, nil
		}
	}
	return "", syscall.ENOENT
}

func executable(path string) error {
	const mayExecute = 1
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return syscall.EISDIR
	}
	return syscall.Access(path, mayExecute)
}
