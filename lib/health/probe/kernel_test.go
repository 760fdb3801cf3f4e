package main

import "testing"

func TestLinesWith(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"a\n<6>[ 1.0] oom-kill:x\nb\noom-kill:", "<6>[ 1.0] oom-kill:x\noom-kill:\n"},
		{"oom-kil\noom_kill:", ""},
	} {
		if got := linesWith(test.text, "oom-kill:"); got != test.want {
			t.Errorf("linesWith(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}
