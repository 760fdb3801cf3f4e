package main

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestWaitUntilHealthy(t *testing.T) {
	var asked atomic.Int32
	port := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 4 {
			w.WriteHeader(503)
		}
	})
	expect(t, exitHealthy, "GET http://127.0.0.1:"+port+"/ready: 200 OK", "wait", "http", port, "/ready")
	if asked.Load() != 4 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestWaitGivesUp(t *testing.T) {
	port := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) })
	code, line := probe(t, "wait", "--timeout", "700", "http", port, "/")
	if code != exitUnhealthy || !matches(line, "not healthy within 700 ms: GET http://127.0.0.1:"+port+"/: 503 Service Unavailable (* times)") {
		t.Errorf("got %d %q", code, line)
	}
	done := make(chan struct{})
	defer close(done)
	port = serve(t, func(w http.ResponseWriter, r *http.Request) { <-done })
	started := time.Now()
	code, line = probe(t, "wait", "--timeout", "300", "http", port, "/", "--timeout", "60000")
	if code != exitUnhealthy || !matches(line, "not healthy within 300 ms: *: no complete answer within * ms; nothing was received") || time.Since(started) > 30*time.Second {
		t.Errorf("got %d %q", code, line)
	}
	expect(t, exitUnhealthy, "not healthy within 0 ms: no question was answered in this time", "wait", "--timeout", "0", "tcp", port)
}

func TestWaitForAnotherHost(t *testing.T) {
	hosts := make(chan string, 1)
	port := serve(t, func(w http.ResponseWriter, r *http.Request) { hosts <- r.Host })
	for host, wantName := range map[string]string{"127.0.0.1": "127.0.0.1", "localhost": "localhost"} {
		expect(t, exitHealthy, "GET http://"+wantName+":"+port+"/: 200 OK", "wait", "http", port, "/", "--host", host)
		if got := <-hosts; got != host+":"+port {
			t.Errorf("got %q", got)
		}
		expect(t, exitHealthy, "connect to "+host+":"+port+": connected on 127.0.0.1", "tcp", port, "--host", host)
	}
}

func TestAnswersInARow(t *testing.T) {
	said := answers{}
	for _, line := range []string{"a", "b", "b", "c", "b", "b", "b"} {
		said.add(line)
	}
	if got := said.text(); got != "b (2 times), then c, then b (3 times)" {
		t.Errorf("got %q", got)
	}
}

// nameServer answers each question with the packet that the function makes of it.
func nameServer(t *testing.T, answer func(question []byte) []byte) endpoint {
	t.Helper()
	connection, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	go func() {
		for {
			packet := make([]byte, 4096)
			size, from, err := connection.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply := answer(packet[:size]); reply != nil {
				connection.WriteTo(reply, from)
			}
		}
	}()
	return ipv4Endpoint([4]byte{127, 0, 0, 1}, connection.LocalAddr().(*net.UDPAddr).Port)
}

func TestLookUp(t *testing.T) {
	const name = "c00c" // a reference to the name in the question
	records := func(count int, hexadecimal string) func([]byte) []byte {
		return func(question []byte) []byte {
			if want := "0100 0001 0000 0000 0000 04 73686f70 03 646576 00 0001 0001"; hex.EncodeToString(question[2:]) != strings.ReplaceAll(want, " ", "") {
				return nil
			}
			reply := append([]byte{}, question...)
			reply[2], reply[3], reply[7] = 0x81, 0x80, byte(count)
			return append(reply, octets(t, hexadecimal)...)
		}
	}
	failing := func(code byte) func([]byte) []byte {
		return func(question []byte) []byte {
			reply := append([]byte{}, question...)
			reply[2], reply[3] = 0x81, 0x80|code
			return reply
		}
	}
	for title, row := range map[string]struct {
		answer      func([]byte) []byte
		want, wrong string
	}{
		"one":             {records(1, name+"0001 0001 00000258 0004 ac120003"), "172.18.0.3 ", ""},
		"two":             {records(2, name+"0001 0001 00000000 0004 ac120003"+name+"0001 0001 00000000 0004 00ff0a01"), "172.18.0.3 0.255.10.1 ", ""},
		"behind an alias": {records(2, name+"0005 0001 00000000 0006 03777777 c00c"+"03777777 c00c 0001 0001 00000000 0004 ac120003"), "172.18.0.3 ", ""},
		"a written name":  {records(1, "04 73686f70 03 646576 00 0001 0001 00000000 0004 ac120003"), "172.18.0.3 ", ""},
		"none":            {records(0, ""), "", "no address"},
		"of another kind": {records(1, name+"001c 0001 00000000 0004 ac120003"), "", "no address"},
		"a cut address":   {records(1, name+"0001 0001 00000000 0004 ac12"), "", "no address"},
		"a cut record":    {records(1, name+"0001 0001"), "", "no address"},
		"a cut name":      {records(1, "3f 7368"), "", "no address"},
		"no record":       {records(1, ""), "", "no address"},
		"unknown":         {failing(3), "", "no such host"},
		"failing":         {failing(2), "", "the name server answers with error 2"},
		"silent":          {func([]byte) []byte { return nil }, "", "connection timed out from the name server 127.0.0.1"},
		"another's answer": {func(question []byte) []byte {
			reply := failing(3)(question)
			reply[0] ^= 1
			return reply
		}, "", "connection timed out from the name server 127.0.0.1"},
		"a short answer": {func(question []byte) []byte { return question[:6] }, "", "connection timed out from the name server 127.0.0.1"},
	} {
		t.Run(title, func(t *testing.T) {
			found, problem := lookUp(nameServer(t, row.answer), "shop.dev", typeA, 80, deadlineIn(500))
			got := ""
			for _, one := range found {
				got += one.name + " "
			}
			if got != row.want || len(found) == 0 && problem.text != "looking up shop.dev: "+row.wrong {
				t.Errorf("got %q %q", got, problem.text)
			}
			if len(found) == 0 && problem.silent {
				t.Error("a name that is not found is no silence of the program")
			}
		})
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add([]byte("\x00\x00\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\x01\x02\x03\x04"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if len(answer) >= 12 {
			addresses(answer, 12, typeA, 80, "")
			addresses(answer, 12, typeAAAA, 80, "")
		}
	})
}

func TestHostsEntry(t *testing.T) {
	entries := [][]string{nil, {"127.0.0.1", "localhost"}, {"::1", "shop"}, {"172.18.0.3", "a1b2", "Shop"}, {"172.18.0.4", "shop"}, {"172.18.0.5"}}
	if address, known := hostsEntry(entries, "shop"); !known || address != [4]byte{172, 18, 0, 3} {
		t.Errorf("got %v %v", address, known)
	}
	for _, host := range []string{"shop.dev", "172.18.0.5", ""} {
		if address, known := hostsEntry(entries, host); known {
			t.Errorf("%q: got %v", host, address)
		}
	}
}

func TestIPv4(t *testing.T) {
	for _, text := range []string{"0.0.0.0", "255.255.255.255", "10.0.200.1"} {
		if address, valid := ipv4(text); !valid || fmt.Sprint(net.IP(address[:])) != text {
			t.Errorf("%s: got %v %v", text, address, valid)
		}
	}
	for _, text := range []string{"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.1.1.1", "a.b.c.d", "1.2.3."} {
		if address, valid := ipv4(text); valid {
			t.Errorf("%s: got %v", text, address)
		}
	}
}
