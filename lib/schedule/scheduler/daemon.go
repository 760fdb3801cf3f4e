package main

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// longestNap bounds how late a run can start after somebody has set the clock, or after the machine slept.
	longestNap = 10 * time.Second
	// mostLate is by how much a run may be late, for example because its container was just replaced.
	mostLate = time.Minute
	// mostCounted bounds how many missed runs are counted.
	mostCounted = 1_000
	// longestRetryDelay is the longest time between two attempts.
	longestRetryDelay = 10 * time.Minute
	// endMargin is how long before the engine's SIGKILL the program gets one, so that the history still gets its end.
	endMargin = time.Second
)

// handRun is somebody who wants a run now.
type handRun struct {
	accepted chan bool
	ended    chan run
}

// daemon starts the program when it is due. Its mutex guards all that follows it.
type daemon struct {
	options serveOptions
	now     func() time.Time
	ending  chan struct{} // closed at SIGTERM
	byHand  chan handRun

	mutex   sync.Mutex
	history history
	due     time.Time
	// hasRun tells that the last run of the history belongs to this life of the scheduler.
	hasRun bool
	// since is when the current run was started, by a clock that nobody sets.
	since    time.Time
	stopping bool
	problem  string // why the history cannot be kept
}

func newDaemon(options serveOptions) *daemon {
	return &daemon{options: options, now: time.Now, ending: make(chan struct{}), byHand: make(chan handRun)}
}

// remember loads the history, and decides what to do about the time that has passed since.
func (d *daemon) remember() error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	now := d.now()
	if d.options.history != "" {
		known, err := readHistory(d.options.history)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		d.history = known
	}
	known := &d.history
	isSame := known.schedule == d.options.schedule.String()
	if known.current.exists() {
		known.last, known.current = known.current, run{}
		known.last.ended, known.last.failure, known.last.exitCode = known.last.started, cutOff, exitFailed
		known.failures++
		say("the run of " + d.dueText(known.last) + " was cut off")
		if isSame && d.options.runsMissed && !known.last.due.IsZero() {
			// It is made up for like one that was missed.
			known.handled = known.last.due.Add(-time.Millisecond)
		}
	}
	if !isSame || known.handled.IsZero() || known.handled.After(now.Add(mostLate)) {
		// Also where the clock was far ahead: nothing would run until then.
		known.schedule, known.handled = d.options.schedule.String(), now
	}
	d.due = d.options.schedule.Next(known.handled)
	if d.options.history == "" {
		return nil
	}
	return known.write(d.options.history)
}

// loop ends when the scheduler was told to end and no program runs any more.
func (d *daemon) loop() {
	ended := make(chan struct{}, 1)
	var waiting []handRun
	isRunning := false
	begin := func(due time.Time) {
		isRunning = true
		d.begin(due)
		go func() {
			d.execute()
			ended <- struct{}{}
		}()
	}
	tell := func() {
		for _, who := range waiting {
			who.ended <- d.last()
		}
		waiting = nil
	}
	for {
		due, isDue := d.take(isRunning)
		if isDue {
			begin(due)
		}
		timer := time.NewTimer(d.nap())
		select {
		case <-timer.C:
		case who := <-d.byHand:
			who.accepted <- !isRunning
			if !isRunning {
				waiting = append(waiting, who)
				begin(time.Time{})
			}
		case <-ended:
			isRunning = false
			tell()
		case <-d.ending:
			timer.Stop()
			d.mutex.Lock()
			d.stopping = true
			d.mutex.Unlock()
			if isRunning {
				say("told to end: the run may finish within " + took(d.finish()))
				<-ended
				tell()
			}
			return
		}
		timer.Stop()
	}
}

func (d *daemon) nap() time.Duration {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	nap := d.due.Sub(d.now())
	if nap > longestNap {
		nap = longestNap
	}
	return nap
}

// take returns the time of the schedule that the program must be started for now, if there is one.
func (d *daemon) take(isRunning bool) (due time.Time, isDue bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	now := d.now()
	if d.history.handled.After(now.Add(mostLate)) {
		say("the clock was set back")
		d.history.handled = now
		d.due = d.options.schedule.Next(now)
	}
	count := 0
	for next := d.due; !next.After(now) && count < mostCounted; count++ {
		due, next = next, d.options.schedule.Next(next)
	}
	if count == 0 {
		return time.Time{}, false
	}
	known := &d.history
	known.handled = due
	d.due = d.options.schedule.Next(due)
	if !d.due.After(now) {
		// More than can be counted.
		known.handled, d.due = now, d.options.schedule.Next(now)
	}
	location := d.options.schedule.Location()
	switch {
	case isRunning:
		known.skipped += int64(count)
		say("skipped the run of " + moment(due, location) + ", because the one before is still going")
	case now.Sub(due) <= mostLate || d.options.runsMissed:
		if now.Sub(due) > mostLate {
			say("makes up for the run of " + moment(due, location))
		}
		known.missed += int64(count - 1)
		return due, true
	default:
		known.missed += int64(count)
		say("missed " + plural(count, "run", "runs") + ", the last one of " + moment(due, location) + ": nobody was there to start it")
	}
	d.save()
	return time.Time{}, false
}

func (d *daemon) begin(due time.Time) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.history.current = run{due: due, started: d.now()}
	d.history.runs++
	d.since = time.Now()
	d.save()
	say("run of " + d.dueText(d.history.current) + " starts")
}

// execute makes the attempts of a run.
func (d *daemon) execute() {
	var result outcome
	total, delay := 0, d.options.retryDelay
	for {
		total++
		result = attempt(d.options.program, d.nextAttempt(total), limits{
			timeLimit: d.options.timeLimit, killAfter: d.options.killAfter, ending: d.ending, finish: d.finish(),
		})
		if result.failure == "" || result.interrupted || total > d.options.retries {
			break
		}
		say("attempt " + strconv.Itoa(total) + " of " + strconv.Itoa(d.options.retries+1) + " failed after " + took(result.took) + ": " +
			result.failure + "; the next one starts in " + took(delay))
		if !d.pause(delay) {
			result.failure += "; the container was stopped before the next attempt"
			break
		}
		d.mutex.Lock()
		d.history.retries++
		d.mutex.Unlock()
		if delay *= 2; delay > longestRetryDelay {
			delay = longestRetryDelay
		}
	}
	d.finished(total, result)
}

func (d *daemon) last() run {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.history.last
}

// pause waits, and returns false when the scheduler must end.
func (d *daemon) pause(delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.ending:
		return false
	}
}

func (d *daemon) finished(attempts int, result outcome) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	last := d.history.current
	last.ended = last.started.Add(time.Since(d.since))
	last.attempts, last.exitCode, last.failure = attempts, result.exitCode, result.failure
	if last.failure == "" {
		d.history.lastSuccess = last.ended
	} else {
		d.history.failures++
		if last.exitCode == 0 {
			last.exitCode = exitFailed
		}
	}
	d.history.last, d.history.current, d.hasRun = last, run{}, true
	d.save()
	say("run of " + d.dueText(last) + " " + d.resultText(last) + "; next run " + moment(d.due, d.options.schedule.Location()))
}

// save keeps the history. A run does not fail because of it, but the health check says so.
func (d *daemon) save() {
	if d.options.history == "" {
		return
	}
	d.problem = ""
	if err := d.history.write(d.options.history); err != nil {
		d.problem = "cannot remember runs: " + err.Error()
		say(d.problem)
	}
}

// nextAttempt returns the environment of an attempt: the container's own, and what the run is for.
func (d *daemon) nextAttempt(attempt int) []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.history.current.attempts = attempt
	due := d.history.current.due
	if due.IsZero() {
		due = d.history.current.started
	}
	variables := []string{
		"SCHEDULED_TIME=" + due.In(d.options.schedule.Location()).Format(time.RFC3339),
		"SCHEDULED_ATTEMPT=" + strconv.Itoa(attempt),
	}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "SCHEDULED_TIME=") && !strings.HasPrefix(variable, "SCHEDULED_ATTEMPT=") {
			variables = append(variables, variable)
		}
	}
	return variables
}

// finish is how long a run may go on after SIGTERM.
func (d *daemon) finish() time.Duration {
	finish := d.options.shutdown - d.options.killAfter - endMargin
	if finish < 0 {
		return 0
	}
	return finish
}
