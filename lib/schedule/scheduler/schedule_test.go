package main

import (
	"testing"
	"time"
)

func schedule(t *testing.T, text, zone string) Schedule {
	t.Helper()
	parsed, problem := parseCron(text, zone)
	if problem != "" {
		t.Fatal(problem)
	}
	return parsed
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestNext(t *testing.T) {
	for name, one := range map[string]struct {
		cron, zone, after string
		next              []string
	}{
		"each night": {"30 3 * * *", "Europe/Berlin", "2026-06-01T00:00:00Z",
			[]string{"2026-06-01T03:30:00+02:00", "2026-06-02T03:30:00+02:00"}},
		"a time itself is over":                     {"0 0 * * *", "UTC", "2026-01-01T00:00:00Z", []string{"2026-01-02T00:00:00Z"}},
		"a moment before it is not":                 {"0 0 * * *", "UTC", "2025-12-31T23:59:59.999Z", []string{"2026-01-01T00:00:00Z"}},
		"the end of a year":                         {"59 23 31 12 *", "UTC", "2026-12-31T23:59:00Z", []string{"2027-12-31T23:59:00Z"}},
		"29 February, over a century that has none": {"0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", []string{"2104-02-29T00:00:00Z"}},
		"a day or a weekday": {"0 12 13 * 5", "UTC", "2026-02-11T00:00:00Z",
			[]string{"2026-02-13T12:00:00Z", "2026-02-20T12:00:00Z", "2026-02-27T12:00:00Z", "2026-03-06T12:00:00Z", "2026-03-13T12:00:00Z"}},
		"a skipped hour: the night's run comes when the clock goes on": {"30 2 * * *", "Europe/Berlin", "2026-03-28T02:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		"a skipped hour: several of its times are one run": {"0,15,30,45 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
		"a skipped hour: the run that was due anyway is the same one": {"0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
		"a skipped hour: every hour follows real time": {"30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z",
			[]string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"}},
		"a repeated hour: once": {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		"a repeated hour: every hour follows real time": {"30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00"}},
		"a midnight that is skipped": {"0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z",
			[]string{"2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00"}},
		"half an hour that is skipped": {"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		"half an hour that is repeated": {"45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		"a date that did not exist": {"0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z",
			[]string{"2011-12-31T00:00:00+14:00", "2012-12-30T12:00:00+14:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			schedule, found := schedule(t, one.cron, one.zone), at(t, one.after)
			for _, expected := range one.next {
				if found = schedule.Next(found); !found.Equal(at(t, expected)) {
					t.Fatalf("%s instead of %s", found.Format(time.RFC3339), expected)
				}
			}
		})
	}
}

func TestIntervalsAreCountedFromTheStartOf1970(t *testing.T) {
	step := interval{90 * time.Second}
	for after, expected := range map[string]string{
		"1970-01-01T00:00:00Z": "1970-01-01T00:01:30Z", "1970-01-01T00:01:29.999Z": "1970-01-01T00:01:30Z",
		"1970-01-01T00:01:30Z": "1970-01-01T00:03:00Z", "2026-01-01T00:00:01Z": "2026-01-01T00:01:30Z",
	} {
		if next := step.Next(at(t, after)); !next.Equal(at(t, expected)) {
			t.Errorf("after %s: %s instead of %s", after, next, expected)
		}
	}
}

func TestEveryTimeIsOfTheScheduleAndLater(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"} {
		for _, text := range []string{"* * * * *", "0,20,40 * * * *", "7 1,13 * * *", "0 0 1,15 * 1", "59 23 31 * *"} {
			schedule, found := schedule(t, text, zone), at(t, "2018-01-01T00:00:00Z")
			for i := 0; i < 2_000; i++ {
				next := schedule.Next(found)
				if !next.After(found) {
					t.Fatalf("%s in %s: %s follows %s", text, zone, next, found)
				}
				found = next
			}
		}
	}
}

func TestWrongSchedules(t *testing.T) {
	for _, one := range [][2]string{
		{"* * * *", "UTC"}, {"60 * * * *", "UTC"}, {"* 24 * * *", "UTC"}, {"* * 0 * *", "UTC"}, {"* * * 13 *", "UTC"}, {"* * * * 7", "UTC"},
		{"0 0 30 2 *", "UTC"}, {"1- * * * *", "UTC"}, {"0 0 * * *", "Europe/Nowhere"}, {"0 0 * * *", ""}, {"0 0 * * *", "Local"},
	} {
		if _, problem := parseCron(one[0], one[1]); problem == "" {
			t.Errorf("%q in %q is accepted", one[0], one[1])
		}
	}
	for text, want := range map[string]string{
		"* * * *":    `the schedule "* * * *" does not have five fields`,
		"60 * * * *": `the minutes of the schedule "60 * * * *" are not * or a list of numbers`,
		"0 0 30 2 *": `no day ever matches the schedule "0 0 30 2 *"`,
	} {
		if _, problem := parseCron(text, "UTC"); problem != want {
			t.Errorf("got %q, want %q", problem, want)
		}
	}
}

func TestUnknownQuestion(t *testing.T) {
	if code, line := (&daemon{}).reply("nonsense", nil); code != exitUsage || line != "unknown question" {
		t.Errorf("got %d %q", code, line)
	}
}
