package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// The commands status and run ask the serving scheduler over a socket. A question is a line. The answers are lines of an
// exit code and a text; a line of "-" and a text comes before the answer.

// answerTimeout is how long the scheduler may take to answer. It never waits for a run to do so.
const answerTimeout = 5 * time.Second

// memoryDirectories are where the socket can be: the engine mounts /dev/shm into each container, writable and empty at
// each start, also where the root is read-only; without shared memory it may have /tmp.
var memoryDirectories = []string{"/dev/shm", "/tmp"}

// socketPaths has the container's number of its processes, because containers may share memory.
func socketPaths() (paths []string) {
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		space = "pid"
	}
	for _, directory := range memoryDirectories {
		paths = append(paths, directory+"/.scheduler-"+space)
	}
	return paths
}

func listenForCommands(paths []string) (listener net.Listener, err error) {
	for _, path := range paths {
		// That of a scheduler that was killed, if there is one. Only one runs in a container.
		_ = os.Remove(path)
		if listener, err = net.Listen("unix", path); err != nil {
			continue
		}
		if err = os.Chmod(path, 0o600); err == nil {
			return listener, nil
		}
	}
	return nil, err
}

func (d *daemon) serveCommands(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			if closed(err) {
				return
			}
			time.Sleep(100 * time.Millisecond)
			continue
		}
		go func() {
			defer connection.Close()
			_ = connection.SetReadDeadline(time.Now().Add(answerTimeout))
			question, err := bufio.NewReader(io.LimitReader(connection, 100)).ReadString('\n')
			if err != nil {
				return
			}
			exitCode, line := d.reply(strings.TrimSpace(question), connection)
			_, _ = io.WriteString(connection, strconv.Itoa(exitCode)+" "+line+"\n")
		}()
	}
}

func (d *daemon) reply(question string, progress io.Writer) (exitCode int, line string) {
	switch question {
	case "status":
		return d.status()
	case "run":
		who := handRun{accepted: make(chan bool, 1), ended: make(chan run, 1)}
		select {
		case d.byHand <- who:
		case <-d.ending:
			return exitFailed, "the container is being stopped"
		}
		if !<-who.accepted {
			return exitFailed, "a run is going already; two never run at a time"
		}
		_, _ = io.WriteString(progress, "- the run has started; its output is in the log of the container\n")
		last := <-who.ended
		return last.exitCode, "run of " + d.dueText(last) + " " + d.resultText(last)
	}
	return exitUsage, "unknown question"
}

// ask asks the serving scheduler, and prints what it answers.
func ask(question string) (exitCode int) {
	var connection net.Conn
	var err error
	for _, path := range socketPaths() {
		if connection, err = net.DialTimeout("unix", path, answerTimeout); err == nil {
			break
		}
	}
	if err != nil {
		os.Stdout.WriteString("no scheduler serves in this container: " + err.Error() + "\n")
		return exitFailed
	}
	defer connection.Close()
	if question == "status" {
		_ = connection.SetDeadline(time.Now().Add(answerTimeout))
	}
	if _, err := io.WriteString(connection, question+"\n"); err != nil {
		os.Stdout.WriteString("the scheduler does not answer: " + err.Error() + "\n")
		return exitFailed
	}
	return printAnswers(connection, os.Stdout)
}

func printAnswers(answers io.Reader, output io.Writer) (exitCode int) {
	reader := bufio.NewReader(answers)
	for {
		text, err := reader.ReadString('\n')
		if err != nil {
			_, _ = io.WriteString(output, "the scheduler ended before it answered\n")
			return exitFailed
		}
		code, line, _ := strings.Cut(text, " ")
		_, _ = io.WriteString(output, line)
		if code == "-" {
			continue
		}
		if exitCode, err = strconv.Atoi(code); err != nil {
			return exitFailed
		}
		return exitCode
	}
}
