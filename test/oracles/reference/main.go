// Command reference says how Docker's own code reads image references.
//
// It reads a JSON array of strings from standard input and writes an array with one answer for each.
package main

import (
	_ "crypto/sha256" // The digest package accepts only algorithms that are linked in.
	_ "crypto/sha512"
	"encoding/json"
	"log"
	"os"

	"github.com/distribution/reference"
)

type answer struct {
	// Error is set if the string is no image reference.
	Error    string `json:"error,omitempty"`
	Domain   string `json:"domain"`
	Path     string `json:"path"`
	Familiar string `json:"familiar"`
	Tag      string `json:"tag"`
	Digest   string `json:"digest"`
	// Pulled is the reference that the engine asks a registry for.
	Pulled string `json:"pulled"`
	// IsTag says whether the string is a tag.
	IsTag bool `json:"isTag"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(texts))
	for i, text := range texts {
		answers[i] = ask(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func ask(text string) answer {
	var a answer
	name, err := reference.WithName("example.com/name")
	if err != nil {
		log.Fatal(err)
	}
	_, err = reference.WithTag(name, text)
	a.IsTag = err == nil

	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Domain = reference.Domain(named)
	a.Path = reference.Path(named)
	a.Familiar = reference.FamiliarName(named)
	if tagged, ok := named.(reference.Tagged); ok {
		a.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		a.Digest = digested.Digest().String()
	}
	pulled, err := reference.ParseDockerRef(text)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Pulled = pulled.String()
	return a
}
