package main

import (
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

// serve runs until SIGTERM or SIGINT. The exit code is 0 unless it cannot start.
func serve(options serveOptions) (exitCode int) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	// At once: a program that is not there would otherwise be noticed in the first night.
	if _, err := findProgram(options.program[0]); err != nil {
		say("cannot run " + quote(options.program[0]) + ": " + withoutPath(err).Error())
		return exitFailed
	}
	daemon := newDaemon(options)
	if err := daemon.remember(); err != nil {
		say("cannot remember runs in " + options.history + ": " + withoutPath(err).Error() +
			"; the directory must be writable for the user of the container")
		return exitFailed
	}
	commands, err := listenForCommands(socketPaths())
	if err != nil {
		say("cannot listen for commands: " + err.Error())
		return exitFailed
	}
	go daemon.serveCommands(commands)
	if options.metrics != 0 {
		metrics, err := net.Listen("tcp", ":"+strconv.Itoa(options.metrics))
		if err != nil {
			say("cannot serve metrics: " + err.Error())
			return exitFailed
		}
		go daemon.serveMetrics(metrics)
	}
	go func() {
		<-signals
		close(daemon.ending)
	}()
	say("next run " + moment(daemon.due, options.schedule.Location()))
	daemon.loop()
	return exitOK
}
