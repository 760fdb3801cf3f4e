// Command scheduler runs a program on a schedule, inside the program's own container. It needs no daemon of the machine
// and no socket of the engine.
//
//	scheduler serve <schedule> [option …] -- <program> [argument …]   runs until SIGTERM
//	scheduler status                                                  says how the last run went
//	scheduler run                                                     runs the program now, and waits for its end
//	scheduler next <schedule> [--from <time>] [--count <n>]           prints the next times of a schedule
//
// A schedule is one of:
//
//	--cron "<minutes> <hours> <days> <months> <weekdays>" --zone <name>   each field is * or a list of numbers
//	--every <duration>                                                    counted from the start of 1970
//
// The options of serve, durations as Go writes them:
//
//	--name <text>              names the program in metrics
//	--time-limit <duration>    ends an attempt that takes longer
//	--kill-after <duration>    how long the program may take to end after SIGTERM
//	--shutdown <duration>      how long the scheduler itself may take to end after SIGTERM
//	--retries <n>              further attempts of a run that failed
//	--retry-delay <duration>   the time before the first of them; it doubles with each, up to ten minutes
//	--missed skip|run-once     what happens to runs that nobody was there to start
//	--metrics <port>           serves GET /metrics
//	--history <directory>      remembers runs there
//
// status and run ask the serving scheduler of the same container over a socket in memory. status exits with 0 (healthy)
// or 1, run with the program's exit code.
//
// Package fmt and what needs it (flag, log, net/http) would add between 0.3 and 3.5 MB to the image.
package main

import (
	"os"
	"time"
)

const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(command(os.Args[1:]))
}

func command(arguments []string) (exitCode int) {
	name := ""
	if len(arguments) > 0 {
		name, arguments = arguments[0], arguments[1:]
	}
	switch name {
	case "serve":
		options, problem := parseServe(arguments)
		if problem != "" {
			return usageError(problem)
		}
		return serve(options)
	case "next":
		options, problem := parseNext(arguments)
		if problem != "" {
			return usageError(problem)
		}
		at := options.from
		for i := 0; i < options.count; i++ {
			at = options.schedule.Next(at)
			os.Stdout.WriteString(at.Format(time.RFC3339) + "\n")
		}
		return exitOK
	case "status", "run":
		if len(arguments) > 0 {
			return usageError(name + " takes no arguments")
		}
		return ask(name)
	case "":
		return usageError("no command given")
	}
	return usageError("unknown command " + quote(name))
}

func usageError(problem string) int {
	say(problem + "; usage: scheduler serve <schedule> [option …] -- <program> [argument …] | scheduler status | scheduler run | scheduler next <schedule>")
	return exitUsage
}

// say writes a line of the scheduler's own into the log that it shares with the program.
func say(line string) {
	os.Stderr.WriteString("scheduler: " + line + "\n")
}
