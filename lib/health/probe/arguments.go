package main

// The modes of a check: what it asks. The ones that end in s speak TLS, which only a build with the tag tls can.
const (
	modeHTTP  = "http"
	modeHTTPS = "https"
	modeTCP   = "tcp"
	modeGRPC  = "grpc"
	modeGRPCS = "grpcs"
)

const (
	usage = "probe http|https <port> <path> [option …] | probe tcp|grpc|grpcs <port> [option …] | " +
		"probe wait [--timeout <ms>] <check> | probe trial [--timeout <ms>] [--settle <ms>] [--grace <ms>] <check> -- <program> [argument …] | " +
		"probe exec <NAME>=<file> … -- <program> [argument …] | probe memory-kills | " +
		"probe own <uid:gid> <directory> … | probe place <uid:gid> <mode> <source> <target> … | probe reload <signal> <file> …"

	defaultTimeout   = 3_000
	defaultInterval  = 5_000
	defaultStopGrace = 120_000
	longestTimeout   = 24 * 60 * 60 * 1_000
	mostSilences     = 1_000
	defaultExpect    = "200-399"
)

// check is a question to a server.
type check struct {
	mode       string
	host       string // empty is this machine
	port       int
	path       string
	timeout    int // milliseconds
	hostHeader string
	expect     []statusRange
	service    string
	tls        tlsOptions
	liveness   liveness
}

// tlsOptions say whom to trust. Without any, the certificate must be of an authority that the image trusts.
type tlsOptions struct {
	authorities string // a file
	insecure    bool
	serverName  string
}

// liveness says when a program that does not answer is ended; zero silences is never. The rest is in milliseconds.
type liveness struct {
	silences  int
	interval  int    // between two checks
	stopGrace int    // how long the program may take to end
	alive     *check // whose silences count; nil is the check itself
}

type statusRange struct{ low, high int }

func (c check) isHTTP() bool { return c.mode == modeHTTP || c.mode == modeHTTPS }

func (c check) isGRPC() bool { return c.mode == modeGRPC || c.mode == modeGRPCS }

func (c check) isTLS() bool { return c.mode == modeHTTPS || c.mode == modeGRPCS }

func (c check) accepts(status int) bool {
	for _, codes := range c.expect {
		if codes.low <= status && status <= codes.high {
			return true
		}
	}
	return false
}

// parse returns what is wrong with the arguments of a check, or an empty problem.
func parse(arguments []string) (parsed check, problem string) {
	if len(arguments) == 0 {
		return check{}, "no mode given"
	}
	parsed = check{mode: arguments[0], timeout: defaultTimeout}
	positional := 2
	switch {
	case parsed.isHTTP():
		positional = 3
	case parsed.mode != modeTCP && !parsed.isGRPC():
		return check{}, "unknown mode " + quote(parsed.mode)
	}
	if parsed.isTLS() && !hasTLS {
		return check{}, "the mode " + parsed.mode + " needs a probe that was built with the tag tls"
	}
	if len(arguments) < positional {
		return check{}, "too few arguments"
	}
	var valid bool
	if parsed.port, valid = number(arguments[1], 1, 65_535); !valid {
		return check{}, "the port " + quote(arguments[1]) + " is not a number from 1 to 65535"
	}
	if parsed.isHTTP() {
		parsed.path = arguments[2]
		if len(parsed.path) == 0 || parsed.path[0] != '/' {
			return check{}, "the path " + quote(parsed.path) + " does not start with a slash"
		}
		if !visible(parsed.path) {
			return check{}, "the path " + quote(parsed.path) + " holds a character that must be percent-encoded"
		}
		parsed.expect, _ = statusRanges(defaultExpect)
	}
	options := arguments[positional:]
	for i, option := range options {
		if option == "--alive" {
			alive, problem := parse(options[i+1:])
			if problem == "" && (alive.liveness.silences > 0 || alive.host != "") {
				problem = "--liveness and --host are not for it"
			}
			if problem != "" {
				return check{}, "--alive: " + problem
			}
			parsed.liveness.alive = &alive
			options = options[:i]
			break
		}
	}
	if problem = parsed.parseOptions(options); problem != "" {
		return check{}, problem
	}
	return parsed.withDefaults(), ""
}

func (c *check) parseOptions(options []string) (problem string) {
	for len(options) > 0 {
		name := options[0]
		if name == "--insecure" && c.isTLS() {
			c.tls.insecure = true
			options = options[1:]
			continue
		}
		known := false
		switch name {
		case "--timeout", "--host", "--liveness", "--interval", "--stop-grace":
			known = true
		case "--host-header":
			known = c.isHTTP() || c.isGRPC()
		case "--expect":
			known = c.isHTTP()
		case "--service":
			known = c.isGRPC()
		case "--ca", "--server-name":
			known = c.isTLS()
		}
		if !known {
			return "unknown argument " + quote(name)
		}
		if len(options) < 2 {
			return name + " needs a value"
		}
		value, valid := options[1], false
		switch name {
		case "--timeout":
			c.timeout, valid = number(value, 1, longestTimeout)
		case "--host":
			c.host, valid = value, isHostName(value)
		case "--host-header":
			c.hostHeader, valid = value, value != "" && visible(value)
		case "--expect":
			c.expect, valid = statusRanges(value)
		case "--service":
			c.service, valid = value, visible(value) && len(value) <= longestService
		case "--ca":
			c.tls.authorities, valid = value, value != ""
		case "--server-name":
			c.tls.serverName, valid = value, isHostName(value)
		case "--liveness":
			c.liveness.silences, valid = number(value, 1, mostSilences)
		case "--interval":
			c.liveness.interval, valid = number(value, 1, longestTimeout)
		case "--stop-grace":
			c.liveness.stopGrace, valid = number(value, 1, longestTimeout)
		}
		if !valid {
			return "the value " + quote(value) + " of " + name + " is not valid"
		}
		options = options[2:]
	}
	switch {
	case c.tls.insecure && c.tls.authorities != "":
		return "--insecure and --ca exclude each other"
	case c.liveness.silences == 0 && (c.liveness.interval > 0 || c.liveness.stopGrace > 0 || c.liveness.alive != nil):
		return "--interval, --stop-grace and --alive need --liveness"
	case c.liveness.silences > 0 && c.host != "":
		return "--liveness and --host exclude each other"
	}
	return ""
}

func (c check) withDefaults() check {
	if c.hostHeader == "" {
		c.hostHeader = "localhost:" + decimal(c.port)
		if c.host != "" {
			c.hostHeader = c.host + ":" + decimal(c.port)
		}
	}
	if c.tls.serverName == "" {
		c.tls.serverName = split(c.hostHeader, ':')[0]
	}
	if c.liveness.interval == 0 {
		c.liveness.interval = defaultInterval
	}
	if c.liveness.stopGrace == 0 {
		c.liveness.stopGrace = defaultStopGrace
	}
	return c
}

// isHostName is true for what a name server may be asked for, and for IPv4 addresses.
func isHostName(text string) bool {
	for _, label := range split(text, '.') {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			character := label[i] | 0x20
			if (character < 'a' || character > 'z') && (label[i] < '0' || label[i] > '9') && label[i] != '-' && label[i] != '_' {
				return false
			}
		}
	}
	return len(text) <= 253
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
