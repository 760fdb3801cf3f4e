package main

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
