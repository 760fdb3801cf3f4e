package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func expectFile(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	read, err := os.ReadFile(path)
	if err != nil || string(read) != content {
		t.Fatalf("%s: %q %v, want %q", path, read, err, content)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != mode {
		t.Errorf("%s has the mode %o, want %o", path, info.Mode().Perm(), mode)
	}
}

func TestPlaceMovesFiles(t *testing.T) {
	asRoot(t)
	directory := t.TempDir()
	staged := filepath.Join(directory, ".staged")
	os.Mkdir(staged, 0o755)
	os.WriteFile(filepath.Join(staged, "0"), []byte("new"), 0o600)
	os.WriteFile(filepath.Join(directory, "config"), []byte("old"), 0o644)
	expectDone(t, "place: 3 files are in place", "place",
		"65532:65531", "0400", staged+"/0", directory+"/config",
		"7:7", "644", staged+"/1", directory+"/below/it/empty",
		"0:0", "0755", staged+"/2", directory+"/mounted/here/",
	)
	expectFile(t, directory+"/config", "new", 0o400)
	expectOwner(t, directory+"/config", 65532, 65531)
	expectFile(t, directory+"/below/it/empty", "", 0o644)
	expectOwner(t, directory+"/below/it/empty", 7, 7)
	expectOwner(t, directory+"/below/it", 0, 0)
	if info, err := os.Stat(directory + "/mounted/here"); err != nil || !info.IsDir() {
		t.Error("no directory for the mount")
	}
	if _, err := os.Stat(staged); !os.IsNotExist(err) {
		t.Error("the directory of the upload is left")
	}
}

func TestPlaceSaysWhatItCannotDo(t *testing.T) {
	directory := t.TempDir()
	os.MkdirAll(directory+"/taken/full", 0o755)
	os.WriteFile(directory+"/file", nil, 0o644)
	own := decimal(os.Getuid())
	for _, test := range []struct {
		arguments []string
		code      int
		text      string
	}{
		{nil, exitUsage, "needs groups"},
		{[]string{"1:1", "0400", directory + "/a"}, exitUsage, "needs groups"},
		{[]string{"me", "0400", directory + "/a", directory + "/b"}, exitUsage, "\"me\""},
		{[]string{own, "0800", directory + "/a", directory + "/b"}, exitUsage, "\"0800\""},
		{[]string{own, "0400", directory + "/a", directory + "/taken"}, exitUnhealthy, "the image has a directory there"},
		{[]string{own, "0400", directory + "/a", directory + "/file/below"}, exitUnhealthy, "not a directory"},
		{[]string{own, "0400", directory + "/a", directory + "/file/"}, exitUnhealthy, "place: cannot create the directory \"" + directory + "/file/\": not a directory"},
	} {
		if code, output := runProbe(t, append([]string{"place"}, test.arguments...)...); code != test.code || !strings.Contains(output, test.text) {
			t.Errorf("%v: %d %q", test.arguments, code, output)
		}
	}
}

func TestReloadSaysWhatItCannotDo(t *testing.T) {
	for text, arguments := range map[string][]string{
		"needs a signal and a file":           {"reload", "SIGHUP"},
		"\"SIGKILL\" is not one of":           {"reload", "SIGKILL", "/"},
		"reload: cannot read \"/absent\": no": {"reload", "SIGHUP", "/absent"},
	} {
		if code, output := runProbe(t, arguments...); code == exitHealthy || !strings.Contains(output, text) {
			t.Errorf("%v: %d %q", arguments, code, output)
		}
	}
}
