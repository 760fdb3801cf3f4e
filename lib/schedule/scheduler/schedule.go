package main

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // The image may hold no time zones, or old ones.
)

// Schedule says when a program runs.
type Schedule interface {
	// Next returns the first time after another one.
	Next(after time.Time) time.Time
	// String is the same for equal schedules.
	String() string
	// Location is the time zone that people think of the schedule in.
	Location() *time.Location
}

// interval is a schedule of equal steps. They are counted from the start of 1970, so that a restart does not shift them.
type interval struct{ step time.Duration }

func (i interval) Next(after time.Time) time.Time {
	step := i.step.Milliseconds()
	return time.UnixMilli((after.UnixMilli()/step + 1) * step).UTC()
}

func (i interval) String() string { return "every " + i.step.String() }

func (i interval) Location() *time.Location { return time.UTC }

// cron is a schedule of wall-clock times. It knows two kinds:
//
//   - With certain hours, each wall-clock time happens once a day. Where the clock is set forward and skips it, the run
//     is due when the clock goes on. Where the clock is set back and repeats it, the first one counts.
//   - With every hour, runs follow real time: no hour is left out, and a repeated hour has its runs again.
type cron struct {
	minutes, hours, days, months, weekdays set
	text                                   string
	location                               *time.Location
}

// set is a set of small numbers.
type set struct {
	all  bool
	bits uint64
}

func (s set) has(number int) bool { return s.all || s.bits&(1<<number) != 0 }

// searchedDays bounds the search. The longest gap of a date that exists is eight years: 29 February 2096 and 2104.
const searchedDays = 9 * 366

func parseCron(text, zone string) (parsed cron, problem string) {
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return cron{}, "the time zone " + quote(zone) + " is not known"
	}
	parsed = cron{text: text + " " + zone, location: location}
	fields := strings.Split(text, " ")
	targets := []struct {
		set          *set
		name         string
		lowest, most int
	}{
		{&parsed.minutes, "minutes", 0, 59},
		{&parsed.hours, "hours", 0, 23},
		{&parsed.days, "days", 1, 31},
		{&parsed.months, "months", 1, 12},
		{&parsed.weekdays, "weekdays", 0, 6},
	}
	if len(fields) != len(targets) {
		return cron{}, "the schedule " + quote(text) + " does not have five fields"
	}
	for i, target := range targets {
		var valid bool
		if *target.set, valid = parseSet(fields[i], target.lowest, target.most); !valid {
			return cron{}, "the " + target.name + " of the schedule " + quote(text) + " are not * or a list of numbers"
		}
	}
	if parsed.Next(time.Unix(0, 0)).IsZero() {
		return cron{}, "no day ever matches the schedule " + quote(text)
	}
	return parsed, ""
}

func parseSet(text string, lowest, most int) (parsed set, valid bool) {
	if text == "*" {
		return set{all: true}, true
	}
	for _, part := range strings.Split(text, ",") {
		number, err := strconv.Atoi(part)
		if err != nil || number < lowest || number > most {
			return set{}, false
		}
		parsed.bits |= 1 << number
	}
	return parsed, true
}

func (c cron) String() string { return c.text }

func (c cron) Location() *time.Location { return c.location }

func (c cron) Next(after time.Time) time.Time {
	if c.hours.all {
		return c.nextMinute(after)
	}
	// The day before: a time that its clock skipped may be due after midnight.
	year, month, day := after.In(c.location).Date()
	for i := -1; i < searchedDays; i++ {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if !c.matches(date) {
			continue
		}
		for hour := 0; hour < 24; hour++ {
			for minute := 0; minute < 60 && c.hours.has(hour); minute++ {
				if !c.minutes.has(minute) {
					continue
				}
				wall := date.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
				if at := instantOf(wall, c.location); at.After(after) {
					return at
				}
			}
		}
	}
	return time.Time{}
}

// nextMinute is Next for schedules with every hour.
func (c cron) nextMinute(after time.Time) time.Time {
	at := after.In(c.location)
	at = at.Add(time.Minute - time.Duration(at.Second())*time.Second - time.Duration(at.Nanosecond()))
	for end := after.AddDate(0, 0, searchedDays); at.Before(end); {
		year, month, day := at.Date()
		if !c.matches(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)) {
			if next := instantOf(time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC), c.location); next.After(at) {
				at = next
				continue
			}
		} else if c.minutes.has(at.Minute()) {
			return at
		}
		at = at.Add(time.Minute)
	}
	return time.Time{}
}

// matches tells whether the schedule has runs on a date. Where both are given, one of day and weekday is enough.
func (c cron) matches(date time.Time) bool {
	if !c.months.has(int(date.Month())) {
		return false
	}
	day, weekday := c.days.has(date.Day()), c.weekdays.has(int(date.Weekday()))
	if c.days.all || c.weekdays.all {
		return day && weekday
	}
	return day || weekday
}

// instantOf returns when a clock on the wall shows a time, which is given as if it were UTC: the first time that it does,
// or, when the clock skips it, the moment in which it does so. Package time leaves open what it returns for these.
func instantOf(wall time.Time, location *time.Location) time.Time {
	year, month, day := wall.Date()
	at := time.Date(year, month, day, wall.Hour(), wall.Minute(), 0, 0, location)
	from, until := at.ZoneBounds()
	if at.Day() == wall.Day() && at.Hour() == wall.Hour() && at.Minute() == wall.Minute() {
		if shift := offsetBefore(from) - offsetOf(at); !from.IsZero() && shift > 0 {
			if first := at.Add(-shift); first.Before(from) {
				return first
			}
		}
		return at
	}
	for _, change := range []time.Time{from, until} {
		if change.IsZero() {
			continue
		}
		skippedFrom, skippedUntil := change.Add(offsetBefore(change)), change.Add(offsetOf(change))
		if seconds := wall.Unix(); skippedFrom.Unix() <= seconds && seconds < skippedUntil.Unix() {
			return change
		}
	}
	return at
}

func offsetOf(at time.Time) time.Duration {
	_, seconds := at.Zone()
	return time.Duration(seconds) * time.Second
}

// offsetBefore is the offset that a change of the clock ended.
func offsetBefore(change time.Time) time.Duration { return offsetOf(change.Add(-time.Second)) }
