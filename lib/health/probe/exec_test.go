package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func secretFile(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o400); err != nil {
		t.Fatal(err)
	}
	return path
}

func environment(t *testing.T, inherited []string, settings ...string) (code int, output string) {
	t.Helper()
	command := exec.Command(program, append(append([]string{"exec"}, settings...), "--", "/usr/bin/env", "-0")...)
	command.Env = inherited
	text, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(text)
}

func TestExecReadsFiles(t *testing.T) {
	for content, want := range map[string]string{
		"":                                    "",
		"secret":                              "secret",
		"secret\n":                            "secret",
		"secret\r\n":                          "secret",
		"secret\n\n":                          "secret\n",
		"\n":                                  "",
		"\r\n":                                "",
		"\r":                                  "\r",
		" a=b\nc\t\"$x\" é ":                  " a=b\nc\t\"$x\" é ",
		strings.Repeat("x", 131_069):          strings.Repeat("x", 131_069),
		strings.Repeat("x", 131_069) + "\r\n": strings.Repeat("x", 131_069),
	} {
		code, output := environment(t, []string{"KEPT=1", "A=old", "AB=2", "A=older"}, "A="+secretFile(t, content))
		if wanted := "KEPT=1\x00AB=2\x00A=" + want + "\x00"; code != 0 || output != wanted {
			t.Errorf("%.20q: got %d %.200q", content, code, output)
		}
	}
	code, output := environment(t, []string{}, "B="+secretFile(t, "1"), "A="+secretFile(t, "2"))
	if code != 0 || output != "B=1\x00A=2\x00" {
		t.Errorf("got %d %q", code, output)
	}
	if code, output = environment(t, []string{"A=1"}); code != 0 || output != "A=1\x00" {
		t.Errorf("got %d %q", code, output)
	}
}

func TestExecRefusesFiles(t *testing.T) {
	directory := t.TempDir()
	pipe := filepath.Join(directory, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		directory + "/missing":      "cannot be read: no such file or directory",
		directory:                   "is not a regular file",
		pipe:                        "is not a regular file",
		secretFile(t, "hush\x00\n"): "holds a NUL character, which no variable can have",
		secretFile(t, "hush"+strings.Repeat("x", 131_070)): "is longer than a variable may be: 131069 bytes",
		secretFile(t, strings.Repeat("x", 131_070)+"\n"):   "is longer than a variable may be: 131069 bytes",
	} {
		code, output := environment(t, []string{}, "A="+path)
		if wanted := "probe: exec: the file \"" + path + "\" for \"A\" " + want + "\n"; code != exitCannotRun || output != wanted {
			t.Errorf("got %d %q, want %q", code, output, wanted)
		}
	}
}

func TestExecBecomesTheProgram(t *testing.T) {
	command := exec.Command(program, "exec", "A="+secretFile(t, "1"), "--", "/bin/sh", "-c", `echo "$$ $A $0 $1"; exit 5`, "two words", "--")
	output, _ := command.Output()
	if want := decimal(command.Process.Pid) + " 1 two words --\n"; string(output) != want || command.ProcessState.ExitCode() != 5 {
		t.Errorf("got %q, want %q", output, want)
	}
	for path, want := range map[string]int{"/no/such/program": exitNotFound, t.TempDir(): exitCannotRun} {
		command = exec.Command(program, "exec", "--", path)
		output, _ := command.CombinedOutput()
		if !strings.HasPrefix(string(output), "probe: exec: cannot run \""+path+"\": ") || command.ProcessState.ExitCode() != want {
			t.Errorf("got %d %q", command.ProcessState.ExitCode(), output)
		}
	}
}
