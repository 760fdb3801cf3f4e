// Command cron says when robfig/cron, which Kubernetes' CronJobs run on, would run something.
//
// It reads a JSON array of questions from standard input and writes an array with one answer for each.
package main

import (
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/robfig/cron/v3"
)

type question struct {
	Expression string `json:"expression"`
	TimeZone   string `json:"timeZone"`
	From       string `json:"from"`
	Count      int    `json:"count"`
}

type answer struct {
	// Error is set if the expression is none.
	Error string   `json:"error,omitempty"`
	Times []string `json:"times"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(questions))
	for i, question := range questions {
		answers[i] = ask(question)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func ask(q question) (a answer) {
	location, err := time.LoadLocation(q.TimeZone)
	if err != nil {
		log.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, q.From)
	if err != nil {
		log.Fatal(err)
	}
	schedule, err := cron.ParseStandard(q.Expression)
	if err != nil {
		return answer{Error: err.Error()}
	}
	at = at.In(location)
	for i := 0; i < q.Count; i++ {
		at = schedule.Next(at)
		a.Times = append(a.Times, at.Format(time.RFC3339))
	}
	return a
}
