package main

// answers are what a server said so far: equal ones in a row are kept once, and the last few are kept at all.
type answers []answersInARow

type answersInARow struct {
	line  string
	times int
}

const mostAnswers = 3

func (a *answers) add(line string) {
	if last := len(*a) - 1; last >= 0 && (*a)[last].line == line {
		(*a)[last].times++
		return
	}
	*a = append(*a, answersInARow{line, 1})
	if len(*a) > mostAnswers {
		*a = (*a)[1:]
	}
}

func (a answers) text() string {
	if len(a) == 0 {
		return "no question was answered in this time"
	}
	text := ""
	for i, answer := range a {
		if i > 0 {
			text += ", then "
		}
		text += answer.line
		if answer.times > 1 {
			text += " (" + decimal(answer.times) + " times)"
		}
	}
	return text
}
