//go:build !tls

package main

// Package crypto/tls would add 2.8 MB to every image, so a build needs the tag tls to hold it.
const hasTLS = false

func secure(socketStream, tlsOptions, string, deadline) (stream, failure) {
	return nil, failure{text: "this probe was built without the tag tls"}
}
