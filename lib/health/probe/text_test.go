package main

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecimal(t *testing.T) {
	for _, value := range []int{0, 1, 9, 10, 65_535, 1<<31 - 1} {
		if got := decimal(value); got != strconv.Itoa(value) {
			t.Errorf("got %q for %d", got, value)
		}
	}
}

func FuzzHexadecimal(f *testing.F) {
	for _, seed := range []string{"", "0", "1f4", "FFFFFFF", "g", "a;b=c", "0x1", "09afAF", "12345678"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, valid := hexadecimal(text)
		end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) })
		if end < 0 {
			end = len(text)
		}
		if end > 7 {
			end = 7
		}
		want, err := strconv.ParseInt(text[:end], 16, 64)
		if valid != (err == nil) || valid && int64(value) != want {
			t.Errorf("%q: got %d %v, want %d %v", text, value, valid, want, err)
		}
	})
}

func FuzzSplitTrimLower(f *testing.F) {
	for _, seed := range []string{"", ",", "a,b", " \ta,B ,", ",,", "AZaz@["} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := split(text, ','), strings.Split(text, ","); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("split: got %q, want %q", got, want)
		}
		if got, want := trim(text), strings.Trim(text, " \t"); got != want {
			t.Errorf("trim: got %q, want %q", got, want)
		}
		ascii := strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' {
				return r + 32
			}
			return r
		}, text)
		if utf8.ValidString(text) && lower(text) != ascii {
			t.Errorf("lower: got %q, want %q", lower(text), ascii)
		}
	})
}

func FuzzShown(f *testing.F) {
	for _, seed := range []string{"", "a\nb", "\x1b[0m", "\xff\xfe", strings.Repeat("é", 500), strings.Repeat("a", 199) + "漢字"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := shown(text)
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r\t\x00\x1b\x7f\u2028\u202e") {
			t.Errorf("not one printable line: %q", line)
		}
		if len(line) > longestShown+2*utf8.UTFMax {
			t.Errorf("%d bytes", len(line))
		}
	})
}

func TestUnprintable(t *testing.T) {
	for character, want := range map[rune]bool{
		0: true, 0x1f: true, ' ': false, '~': false, 0x7f: true, 0x9f: true, 0xa0: false,
		0x2027: false, 0x2028: true, 0x2029: true, 0x202a: true, 0x202e: true, 0x202f: false,
		0x2065: false, 0x2066: true, 0x2069: true, 0x206a: false, '漢': false,
	} {
		if got := unprintable(character); got != want {
			t.Errorf("%U: got %v", character, got)
		}
	}
}

// Whatever this parser takes for an answer, Go's own client takes for one, with the same status.
func FuzzStatusLine(f *testing.F) {
	for _, seed := range []string{"HTTP/1.1 200 OK", "HTTP/1.0 404", "HTTP/1.1 200 ", "HTTP/1.1 99 x", "HTTP/2 200", "", "HTTP/1.1 200\tOK"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		status, _, valid := parseStatusLine(line)
		if !valid || strings.ContainsAny(line, "\r\n") {
			return
		}
		answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(line+"\r\n\r\n")), nil)
		if err != nil || answer.StatusCode != status {
			t.Errorf("%q: got %d, net/http says %v %v", line, status, answer, err)
		}
	})
}

func FuzzHeaderField(f *testing.F) {
	for _, seed := range []string{"A: b", ":", " folded", "\tx", "a b: c", "é: x", "Transfer-Encoding:chunked"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if line == "" || strings.ContainsAny(line, "\r\n") {
			return
		}
		name, value, valid := parseHeaderField(line)
		if valid && name != "" && !strings.HasPrefix(lower(line), name+":") {
			t.Errorf("%q: name %q, value %q", line, name, value)
		}
	})
}
