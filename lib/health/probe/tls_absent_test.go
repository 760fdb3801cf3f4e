//go:build !tls

package main

import "testing"

const buildTags = ""

func TestModesWithTLSNeedAnotherBuild(t *testing.T) {
	for _, arguments := range [][]string{{"https", "1", "/"}, {"grpcs", "1"}} {
		var none socketStream
		if _, problem := secure(none, tlsOptions{}, "", 0); problem.text != "this probe was built without the tag tls" {
			t.Errorf("got %q", problem.text)
		}
		expect(t, exitUsage, "the mode "+arguments[0]+" needs a probe that was built with the tag tls; usage: "+usage, arguments...)
	}
}
