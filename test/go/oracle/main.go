// Command oracle answers questions about Go's own rules: one JSON object on standard input, one on standard output.
package main

import (
	"encoding/json"
	"go/build/constraint"
	"go/version"
	"os"
	"path"
	"strconv"
)

type question struct {
	Globs       []string
	Names       []string
	Literals    []string
	Constraints []string
	Tags        []string
	Versions    []string
}

type answer struct {
	// Matches holds, for each glob, the names that match; null for a malformed glob.
	Matches [][]string
	// Values holds the value of each literal; null where there is none.
	Values []*string
	// Constraints holds whether each constraint is satisfied; null for a malformed one.
	Constraints []*bool
	// Order holds the sign of each pair of neighbours.
	Order []int
}

func main() {
	var q question
	if err := json.NewDecoder(os.Stdin).Decode(&q); err != nil {
		panic(err)
	}
	var a answer
	for _, glob := range q.Globs {
		matched := []string{}
		for _, name := range q.Names {
			ok, err := path.Match(glob, name)
			if err != nil {
				matched = nil
				break
			}
			if ok {
				matched = append(matched, name)
			}
		}
		a.Matches = append(a.Matches, matched)
	}
	for _, literal := range q.Literals {
		value, err := strconv.Unquote(literal)
		if err != nil {
			a.Values = append(a.Values, nil)
			continue
		}
		a.Values = append(a.Values, &value)
	}
	for _, line := range q.Constraints {
		expression, err := constraint.Parse(line)
		if err != nil {
			a.Constraints = append(a.Constraints, nil)
			continue
		}
		holds := expression.Eval(func(tag string) bool {
			for _, known := range q.Tags {
				if known == tag {
					return true
				}
			}
			return false
		})
		a.Constraints = append(a.Constraints, &holds)
	}
	for i := 1; i < len(q.Versions); i++ {
		a.Order = append(a.Order, version.Compare("go"+q.Versions[i-1], "go"+q.Versions[i]))
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		panic(err)
	}
}
