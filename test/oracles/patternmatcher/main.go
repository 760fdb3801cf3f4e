// Command patternmatcher says which files Docker's own code sends to a build.
//
// It reads a JSON array of cases from standard input and writes an array with one answer for each.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"os"
	"testing/fstest"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

type question struct {
	// Ignore is the content of the .dockerignore (base64 in JSON, since it need not be text).
	Ignore []byte   `json:"ignore"`
	Files  []string `json:"files"`
}

type answer struct {
	// Error is set if the file is refused, or would be by some path.
	Error string `json:"error,omitempty"`
	// Sent holds those of the files that fsutil's walk, and with it BuildKit, puts into the context.
	Sent []string `json:"sent"`
	// Matched holds those of the files that MatchesOrParentMatches reports.
	Matched []string `json:"matched"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = ask(q)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func ask(q question) answer {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(q.Ignore))
	if err != nil {
		return answer{Error: err.Error()}
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return answer{Error: err.Error()}
	}
	for _, pattern := range matcher.Patterns() {
		if err := compile(pattern.String()); err != nil {
			return answer{Error: err.Error()}
		}
	}
	a := answer{Sent: []string{}, Matched: []string{}}
	for _, file := range q.Files {
		matched, err := matcher.MatchesOrParentMatches(file)
		if err != nil {
			return answer{Error: err.Error()}
		}
		if matched {
			a.Matched = append(a.Matched, file)
		}
	}
	filtered, err := fsutil.NewFilterFS(tree(q.Files), &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		return answer{Error: err.Error()}
	}
	err = filtered.Walk(context.Background(), "/", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			a.Sent = append(a.Sent, path)
		}
		return err
	})
	if err != nil {
		return answer{Error: err.Error()}
	}
	return a
}

// compile makes the matcher compile a pattern, which it does only when it needs the pattern for a path.
func compile(pattern string) error {
	if pattern == "/" {
		return nil // "!/" would be cleaned to "!".
	}
	matcher, err := patternmatcher.New([]string{"**", "!" + pattern})
	if err != nil {
		return err
	}
	_, err = matcher.MatchesOrParentMatches("x")
	return err
}

// memoryFS is a tree of empty files for fsutil, which otherwise reads a disk.
type memoryFS struct{ files fstest.MapFS }

func tree(paths []string) fsutil.FS {
	files := fstest.MapFS{}
	for _, path := range paths {
		files[path] = &fstest.MapFile{Mode: 0o644}
	}
	return memoryFS{files}
}

func (m memoryFS) Open(path string) (io.ReadCloser, error) { return m.files.Open(path) }

func (m memoryFS) Walk(_ context.Context, _ string, visit fs.WalkDirFunc) error {
	return fs.WalkDir(m.files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		mode := uint32(0o644)
		if entry.IsDir() {
			mode = uint32(os.ModeDir) | 0o755
		}
		return visit(path, &fsutil.DirEntryInfo{Stat: &types.Stat{Path: path, Mode: mode}}, nil)
	})
}
