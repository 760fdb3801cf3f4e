//go:build !tls

package main

import "testing"

const buildTags = ""

func TestModesWithTLSNeedAnotherBuild(t *testing.T) {
	for _, arguments := range [][]string{{"https", "1", "/"}, {"grpcs", "1"}} {
		expect(t, exitUsage, "the mode "+arguments[0]+" needs a probe that was built with the tag tls; usage: "+usage, arguments...)
	}
}
