package main

import (
	"strconv"
	"time"
)

func quote(text string) string { return strconv.Quote(text) }

// took is a length of time for people: tenths of a second count only in short ones.
func took(duration time.Duration) string {
	if duration < time.Minute {
		return strconv.FormatFloat(duration.Seconds(), 'f', 1, 64) + " s"
	}
	return duration.Round(time.Second).String()
}

// moment is a point in time for people, in the schedule's time zone.
func moment(at time.Time, location *time.Location) string {
	at = at.In(location)
	if at.Second() == 0 {
		return at.Format("2006-01-02 15:04 MST")
	}
	return at.Format("2006-01-02 15:04:05 MST")
}

func plural(count int, one, several string) string {
	if count == 1 {
		return "1 " + one
	}
	return strconv.Itoa(count) + " " + several
}
