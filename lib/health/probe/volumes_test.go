package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func asRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("skipped: only root gives files to another user")
	}
}

func runProbe(t *testing.T, arguments ...string) (code int, output string) {
	t.Helper()
	command := exec.Command(program, arguments...)
	text, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(text)
}

func expectDone(t *testing.T, want string, arguments ...string) {
	t.Helper()
	if code, output := runProbe(t, arguments...); code != exitHealthy || output != "probe: "+want+"\n" {
		t.Fatalf("%v: %d %q, want %q", arguments, code, output, want)
	}
}

func expectOwner(t *testing.T, path string, user, group int) {
	t.Helper()
	var status syscall.Stat_t
	if err := syscall.Lstat(path, &status); err != nil {
		t.Fatal(err)
	}
	if int(status.Uid) != user || int(status.Gid) != group {
		t.Errorf("%s belongs to %d:%d, want %d:%d", path, status.Uid, status.Gid, user, group)
	}
}

func tree(t *testing.T) (directory string) {
	t.Helper()
	directory = t.TempDir()
	for _, path := range []string{"a/b/c", "closed"} {
		if err := os.MkdirAll(filepath.Join(directory, path), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"file", "a/file", "a/b/c/file", "closed/file", "name with spaces\nand a line"} {
		if err := os.WriteFile(filepath.Join(directory, path), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

func TestOwnGivesATreeToAUser(t *testing.T) {
	asRoot(t)
	directory := tree(t)
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(directory, "a", "link")); err != nil {
		t.Fatal(err)
	}
	expectDone(t, "own: 11 files have a new owner", "own", "65532:65531", directory)
	filepath.Walk(directory, func(path string, _ os.FileInfo, _ error) error {
		expectOwner(t, path, 65532, 65531)
		return nil
	})
	expectOwner(t, outside, 0, 0)
	expectDone(t, "own: 0 files have a new owner", "own", "65532:65531", directory)
	expectDone(t, "own: 11 files have a new owner", "own", "1000", directory)
	expectOwner(t, filepath.Join(directory, "a", "b", "c", "file"), 1000, 65531)
}

func TestOwnDoesNotWalkWhatTheUserHas(t *testing.T) {
	asRoot(t)
	directory := tree(t)
	expectDone(t, "own: 10 files have a new owner", "own", "65532:65532", directory)
	deep := filepath.Join(directory, "a", "b", "c", "file")
	os.Chown(deep, 7, 7)
	expectDone(t, "own: 0 files have a new owner", "own", "65532:65532", directory)
	expectOwner(t, deep, 7, 7)

	// An interrupted walk leaves the topmost directory to its old owner, or one of its entries.
	os.Chown(filepath.Join(directory, "closed"), 0, 0)
	expectDone(t, "own: 2 files have a new owner", "own", "65532:65532", directory)
	expectOwner(t, deep, 65532, 65532)
}

func TestOwnGivesManyFiles(t *testing.T) {
	asRoot(t)
	directory := t.TempDir()
	for i := 0; i < 3_000; i++ {
		if err := os.WriteFile(filepath.Join(directory, "a-name-that-fills-the-buffer-of-the-kernel-"+decimal(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expectDone(t, "own: 3001 files have a new owner", "own", "5:6", directory)
}

func TestOwnSaysWhatItCannotDo(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	os.WriteFile(file, nil, 0o600)
	for _, test := range []struct {
		arguments []string
		code      int
		text      string
	}{
		{[]string{"own"}, exitUsage, "needs an owner and a directory"},
		{[]string{"own", "1:1"}, exitUsage, "needs an owner and a directory"},
		{[]string{"own", "nobody", directory}, exitUsage, "\"nobody\" is not of the form uid:gid"},
		{[]string{"own", "4294967295", directory}, exitUsage, "not of the form"},
		{[]string{"own", "1:", directory}, exitUsage, "not of the form"},
		{[]string{"own", "1:1", "/absent"}, exitUnhealthy, "\"/absent\": no such file or directory"},
		{[]string{"own", "1:1", file}, exitUnhealthy, "not a directory"},
	} {
		if code, output := runProbe(t, test.arguments...); code != test.code || !strings.Contains(output, test.text) {
			t.Errorf("%v: %d %q", test.arguments, code, output)
		}
	}
}
