package main

import (
	"strconv"
	"time"
)

// status is the line of the health check: what "docker inspect" and people read.
func (d *daemon) status() (exitCode int, line string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	now := d.now()
	last, current, location := d.history.last, d.history.current, d.options.schedule.Location()
	overdue := !d.stopping && !current.exists() && now.Sub(d.due) > mostLate

	if current.exists() {
		line = "running since " + moment(current.started, location)
		if current.attempts > 1 {
			line += ", attempt " + strconv.Itoa(current.attempts) + " of " + strconv.Itoa(d.options.retries+1)
		}
		line += "; "
	}
	if last.exists() {
		line += "last run " + d.dueText(last) + " " + d.resultText(last)
		if !d.hasRun {
			line += " (before this start)"
		}
	} else {
		line += "no run has ended yet"
	}
	switch {
	case d.stopping:
		line += "; the container is being stopped"
	case overdue:
		line += "; OVERDUE: the run of " + moment(d.due, location) + " has not started"
	default:
		line += "; next " + moment(d.due, location)
	}
	if d.history.skipped > 0 {
		line += "; skipped " + strconv.FormatInt(d.history.skipped, 10) + " while the one before was going"
	}
	if d.history.missed > 0 {
		line += "; missed " + strconv.FormatInt(d.history.missed, 10)
	}
	if d.problem != "" {
		line += "; " + d.problem
	}
	if overdue || d.problem != "" || d.failing() {
		return exitFailed, line
	}
	return exitOK, line
}

// failing tells that the last run of this life has failed. A new version begins healthy: a deploy that mends the program
// must not fail because of the version before it.
func (d *daemon) failing() bool {
	return d.hasRun && d.history.last.failure != ""
}

// dueText names a run by the time that it was for.
func (d *daemon) dueText(run run) string {
	if run.due.IsZero() {
		return moment(run.started, d.options.schedule.Location()) + " (by hand)"
	}
	return moment(run.due, d.options.schedule.Location())
}

func (d *daemon) resultText(run run) string {
	duration := took(run.ended.Sub(run.started))
	if run.failure == "" {
		text := "ok, " + duration
		if run.attempts > 1 {
			text += ", attempt " + strconv.Itoa(run.attempts)
		}
		return text
	}
	if run.failure == cutOff {
		return "FAILED: " + cutOff
	}
	text := "FAILED: " + run.failure
	if run.attempts > 1 {
		text += ", " + strconv.Itoa(run.attempts) + " attempts"
	}
	return text + ", " + duration
}

// seconds is a time for Prometheus. None is 0.
func seconds(at time.Time) string {
	if at.IsZero() {
		return "0"
	}
	return strconv.FormatFloat(float64(at.UnixMilli())/1_000, 'f', 3, 64)
}
