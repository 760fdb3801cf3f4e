package main

// answer asks both questions of a check, and counts its silences. Who is alive answers the first one at once, which leaves the
// time to the second one.
func (c check) answer() verdict {
	if c.liveness.silences == 0 {
		return c.ask()
	}
	if c.liveness.alive == nil {
		verdict := c.ask()
		verdict.line += watch(c, verdict)
		return verdict
	}
	start := now()
	alive := c.liveness.alive.ask()
	rest := c
	rest.timeout -= int(now() - start)
	if rest.timeout < 1 {
		rest.timeout = 1
	}
	verdict := rest.ask()
	if alive.exitCode != exitHealthy {
		verdict.line += "; liveness: " + alive.line
	}
	verdict.line += watch(c, alive)
	return verdict
}

// ask puts the question of the check once.
func (c check) ask() verdict {
	end := deadlineIn(c.timeout)
	switch {
	case c.mode == modeTCP:
		return checkTCP(c, end)
	case c.isGRPC():
		return checkGRPC(c, end)
	}
	return checkHTTP(c, end)
}
