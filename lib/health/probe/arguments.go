package main

const (
	modeHTTP = "http"
	modeTCP  = "tcp"

	usage = "probe http <port> <path> [--timeout <ms>] [--host-header <name>] [--expect <codes>] | probe tcp <port> [--timeout <ms>]"

	defaultTimeout = 3_000
	longestTimeout = 24 * 60 * 60 * 1_000
	defaultExpect  = "200-399"
)

type check struct {
	mode       string
	port       int
	path       string
	timeout    int // milliseconds
	hostHeader string
	expect     []statusRange
}

type statusRange struct{ low, high int }

func (c check) accepts(status int) bool {
	for _, codes := range c.expect {
		if codes.low <= status && status <= codes.high {
			return true
		}
	}
	return false
}

// parse returns what is wrong with the arguments, or an empty problem.
func parse(arguments []string) (parsed check, problem string) {
	if len(arguments) == 0 {
		return check{}, "no mode given"
	}
	parsed = check{mode: arguments[0], timeout: defaultTimeout}
	positional := 0
	switch parsed.mode {
	case modeHTTP:
		positional = 3
	case modeTCP:
		positional = 2
	default:
		return check{}, "unknown mode " + quote(parsed.mode)
	}
	if len(arguments) < positional {
		return check{}, "too few arguments"
	}
	var valid bool
	if parsed.port, valid = number(arguments[1], 1, 65_535); !valid {
		return check{}, "the port " + quote(arguments[1]) + " is not a number from 1 to 65535"
	}
	if parsed.mode == modeHTTP {
		parsed.path = arguments[2]
		if len(parsed.path) == 0 || parsed.path[0] != '/' {
			return check{}, "the path " + quote(parsed.path) + " does not start with a slash"
		}
		if !visible(parsed.path) {
			return check{}, "the path " + quote(parsed.path) + " holds a character that must be percent-encoded"
		}
		parsed.hostHeader = "localhost:" + decimal(parsed.port)
		parsed.expect, _ = statusRanges(defaultExpect)
	}
	return parseOptions(parsed, arguments[positional:])
}

func parseOptions(parsed check, options []string) (check, string) {
	for ; len(options) > 0; options = options[2:] {
		name := options[0]
		known := name == "--timeout" || parsed.mode == modeHTTP && (name == "--host-header" || name == "--expect")
		if !known {
			return check{}, "unknown argument " + quote(name)
		}
		if len(options) < 2 {
			return check{}, name + " needs a value"
		}
		var valid bool
		value := options[1]
		switch name {
		case "--timeout":
			parsed.timeout, valid = number(value, 1, longestTimeout)
		case "--host-header":
			parsed.hostHeader, valid = value, value != "" && visible(value)
		case "--expect":
			parsed.expect, valid = statusRanges(value)
		}
		if !valid {
			return check{}, "the value " + quote(value) + " of " + name + " is not valid"
		}
	}
	return parsed, ""
}

// statusRanges reads status codes and ranges of them, separated by commas: "200-299,401".
func statusRanges(text string) (ranges []statusRange, valid bool) {
	for _, part := range split(text, ',') {
		bounds := split(part, '-')
		low, lowValid := number(bounds[0], 100, 599)
		high, highValid := number(bounds[len(bounds)-1], 100, 599)
		if !lowValid || !highValid || len(bounds) > 2 || low > high {
			return nil, false
		}
		ranges = append(ranges, statusRange{low, high})
	}
	return ranges, true
}
