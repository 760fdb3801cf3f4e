package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// history is what is known of past runs. It is kept in a file, so that it outlives the container.
type history struct {
	// schedule is the one that handled belongs to: after a change of the schedule nothing counts as missed.
	schedule string
	// handled is the last time of the schedule that was dealt with: the program was started, or there was a reason not to.
	handled time.Time
	// current is the run that goes on, and last the one that ended last.
	current, last run
	lastSuccess   time.Time

	runs, failures, retries, skipped, missed int64
}

// run is one run of the program, with all of its attempts.
type run struct {
	// due is zero for a run that was started by hand.
	due            time.Time
	started, ended time.Time
	attempts       int
	exitCode       int
	// failure says what went wrong. It is empty for a success.
	failure string
}

func (r run) exists() bool { return !r.started.IsZero() }

// cutOff is the failure of a run whose end nobody has seen: the machine or the container was stopped.
const cutOff = "cut off"

// The file has lines of a name and a value. Times are milliseconds since 1970, and 0 when there is none.

func (h *history) times() map[string]*time.Time {
	return map[string]*time.Time{
		"handled": &h.handled, "last-success": &h.lastSuccess,
		"last-due": &h.last.due, "last-started": &h.last.started, "last-ended": &h.last.ended,
		"current-due": &h.current.due, "current-started": &h.current.started,
	}
}

func (h *history) counts() map[string]*int64 {
	return map[string]*int64{"runs": &h.runs, "failures": &h.failures, "retries": &h.retries, "skipped": &h.skipped, "missed": &h.missed}
}

const historyFile = "history"

func readHistory(directory string) (read history, err error) {
	text, err := os.ReadFile(directory + "/" + historyFile)
	if err != nil {
		return history{}, err
	}
	return parseHistory(string(text)), nil
}

// parseHistory leaves out what it does not understand: a file of another version is better than none.
func parseHistory(text string) (read history) {
	times, counts := read.times(), read.counts()
	for _, line := range strings.Split(text, "\n") {
		name, value, _ := strings.Cut(line, " ")
		number, err := strconv.ParseInt(value, 10, 64)
		switch {
		case name == "schedule":
			read.schedule = value
		case name == "last-failure":
			read.last.failure = value
		case err != nil:
		case name == "last-exit-code":
			read.last.exitCode = int(number)
		case name == "last-attempts":
			read.last.attempts = int(number)
		case counts[name] != nil:
			*counts[name] = number
		case times[name] != nil && number != 0:
			*times[name] = time.UnixMilli(number)
		}
	}
	return read
}

func (h history) text() string {
	lines := []string{
		"schedule " + h.schedule,
		"last-failure " + strings.ReplaceAll(h.last.failure, "\n", " "),
		"last-exit-code " + strconv.Itoa(h.last.exitCode),
		"last-attempts " + strconv.Itoa(h.last.attempts),
	}
	for name, at := range h.times() {
		milliseconds := int64(0)
		if !at.IsZero() {
			milliseconds = at.UnixMilli()
		}
		lines = append(lines, name+" "+strconv.FormatInt(milliseconds, 10))
	}
	for name, count := range h.counts() {
		lines = append(lines, name+" "+strconv.FormatInt(*count, 10))
	}
	return strings.Join(lines, "\n") + "\n"
}

// write replaces the file as a whole: a power cut leaves the one before or the one after.
func (h history) write(directory string) error {
	path := directory + "/" + historyFile
	// That of a power cut may belong to another user, whom an earlier image had.
	_ = os.Remove(path + ".new")
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(h.text())
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	return err
}
