package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

func octets(t testing.TB, hexadecimal string) []byte {
	t.Helper()
	decoded, err := hex.DecodeString(strings.ReplaceAll(hexadecimal, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// The examples of RFC 7541, appendix C, and the codes of 28 bits.
func TestHuffman(t *testing.T) {
	for coded, want := range map[string]string{
		"":                              "",
		"f1e3 c2e5 f23a 6ba0 ab90 f4ff": "www.example.com",
		"a8eb 1064 9cbf":                "no-cache",
		"25a8 49e9 5ba9 7d7f":           "custom-key",
		"25a8 49e9 5bb8 e8b4 bf":        "custom-value",
		"6402":                          "302",
		"aec3 771a 4b":                  "private",
		"d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff": "Mon, 21 Oct 2013 20:13:21 GMT",
		"9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3":             "https://www.example.com",
		"ffc7":      "\x00",
		"ffff fe2f": "\x02",
	} {
		if text, valid := huffmanDecoded(octets(t, coded)); !valid || text != want {
			t.Errorf("%s: got %q %v, want %q", coded, text, valid, want)
		}
	}
	for _, coded := range []string{"00", "ff", "ffff ffff", "64", "a8eb 1064 9cbf ff"} {
		if text, valid := huffmanDecoded(octets(t, coded)); valid {
			t.Errorf("%s: got %q", coded, text)
		}
	}
}

func TestIntegers(t *testing.T) {
	for _, row := range []struct {
		bits  uint
		value int
		coded string
	}{
		{5, 10, "0a"}, {5, 1337, "1f9a0a"}, {8, 42, "2a"}, {7, 0, "00"}, {7, 126, "7e"}, {7, 127, "7f00"}, {7, 255, "7f8001"}, {4, 15, "0f00"},
	} {
		if got := hex.EncodeToString(appendInteger(nil, row.bits, row.value)); got != row.coded {
			t.Errorf("%d in %d bits: wrote %s, want %s", row.value, row.bits, got, row.coded)
		}
		block := headerBlock{octets(t, row.coded), true}
		if got := block.integer(row.bits); got != row.value || !block.valid || len(block.rest) != 0 {
			t.Errorf("%s: read %d %v", row.coded, got, block.valid)
		}
	}
	for _, coded := range []string{"", "1f", "1f80", "1fffffffffffff01"} {
		block := headerBlock{octets(t, coded), true}
		if got := block.integer(5); block.valid {
			t.Errorf("%s: read %d", coded, got)
		}
	}
}

func TestHeaderBlock(t *testing.T) {
	for coded, want := range map[string]string{
		"88":           ":status=200 ",
		"8e":           ":status=500 ",
		"8d5f":         "!",
		"48 03 353033": ":status=503 ",
		"08 82 6402":   ":status=302 ",
		"20 3fe11f 88 00 0b 677270632d737461747573 02 3132": "= = :status=200 grpc-status=12 ",
		"40 0b 677270632d737461747573 01 30":                "grpc-status=0 ",
		"5f 8b 1d75d0620d263d4c4d6564 88":                   "=application/grpc :status=200 ",
		"10 01 61 01 62":                                    "a=b ",
		"bd":                                                "= ",
		"80":                                                "!",
		"be":                                                "!",
		"7f00 01 61":                                        "!",
		"00 05 6162":                                        "!",
		"00 01 61":                                          "!",
		"00 81 00 00":                                       "!",
	} {
		fields := headerBlock{octets(t, coded), true}
		got := ""
		for fields.more() {
			name, value := fields.field()
			if fields.valid {
				got += name + "=" + value + " "
			}
		}
		if !fields.valid {
			got = "!"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", coded, got, want)
		}
	}
}

func FuzzHeaderBlock(f *testing.F) {
	for _, seed := range []string{"88", "48826402", "203fe11f", "00ff", "7f8080808001"} {
		f.Add(octets(f, seed))
	}
	f.Fuzz(func(t *testing.T, coded []byte) {
		for fields := (headerBlock{coded, true}); fields.more(); {
			before := len(fields.rest)
			fields.field()
			if len(fields.rest) >= before {
				t.Fatal("no progress")
			}
		}
	})
}

func FuzzWrittenFieldsAreRead(f *testing.F) {
	f.Add("te", "trailers")
	f.Add("", strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, name, value string) {
		if len(name) > 1<<20 || len(value) > 1<<20 {
			return
		}
		fields := headerBlock{appendField(nil, name, value), true}
		if gotName, gotValue := fields.field(); gotName != name || gotValue != value || !fields.valid || fields.more() {
			t.Errorf("got %q %q %v", gotName, gotValue, fields.valid)
		}
	})
}
