package main

import "syscall"

const (
	hostsFile     = "/etc/hosts"
	resolverFile  = "/etc/resolv.conf"
	namePort      = 53
	namePatience  = 2_000 // milliseconds for one question to one name server
	longestPacket = 1_232
	typeA         = 1
	typeAAAA      = 28
)

// resolve finds the addresses of a host: in /etc/hosts, or from the name servers of /etc/resolv.conf. A name is asked
// for as it is, without search domains, because the engine's own name server knows containers by their bare names.
func resolve(host string, port int, end deadline) (found []endpoint, problem failure) {
	if address, valid := ipv4(host); valid {
		return []endpoint{ipv4Endpoint(address, port)}, failure{}
	}
	if host == "localhost" {
		return loopback(port), failure{}
	}
	if address, known := hostsEntry(lines(hostsFile), host); known {
		return []endpoint{ipv4Endpoint(address, port)}, failure{}
	}
	problem = failure{text: "no name server in " + resolverFile + " to ask for " + host}
	for _, words := range lines(resolverFile) {
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		server, valid := ipv4(words[1])
		if !valid {
			continue
		}
		for _, kind := range []int{typeA, typeAAAA} {
			if found, problem = lookUp(ipv4Endpoint(server, namePort), host, kind, port, end.sooner(namePatience)); len(found) > 0 {
				return found, failure{}
			}
		}
	}
	return nil, problem
}

// lookUp asks one name server for the addresses of one kind.
func lookUp(server endpoint, host string, kind, port int, end deadline) (found []endpoint, problem failure) {
	subject := "looking up " + host + ": "
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, failure{text: subject + err.Error()}
	}
	connection := socketStream(socket)
	defer connection.close()
	// A connected socket takes packets of the server alone.
	if err = syscall.Connect(socket, server.address); err == nil {
		id := int(now()) & 0xffff
		question := question(id, host, kind)
		if err = connection.send(question, end); err == nil {
			packet := make([]byte, longestPacket)
			for {
				var size int
				if size, err = connection.receive(packet, end); err != nil {
					break
				}
				if answer := packet[:size]; size >= len(question) && halfWord(answer) == id {
					return addresses(answer, len(question), kind, port, subject)
				}
			}
		}
	}
	return nil, failure{text: subject + err.Error() + " from the name server " + server.name}
}

func question(id int, host string, kind int) []byte {
	const recursionDesired, classInternet = 1, 1
	packet := []byte{byte(id >> 8), byte(id), recursionDesired, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, label := range split(host, '.') {
		packet = append(append(packet, byte(len(label))), label...)
	}
	return append(packet, 0, 0, byte(kind), 0, classInternet)
}

// addresses reads the answer, whose records begin after a repetition of the question.
func addresses(answer []byte, begin, kind, port int, subject string) (found []endpoint, problem failure) {
	const nameError = 3
	switch code := answer[3] & 0xf; {
	case code == nameError:
		return nil, failure{text: subject + "no such host"}
	case code != 0:
		return nil, failure{text: subject + "the name server answers with error " + decimal(int(code))}
	}
	rest := answer[begin:]
	for records := halfWord(answer[6:]); records > 0; records-- {
		for len(rest) > 0 && rest[0] != 0 && rest[0] < 0xc0 && int(rest[0]) < len(rest) { // labels of the name
			rest = rest[1+rest[0]:]
		}
		end := 1 // of the name: a zero, or the two bytes of a reference
		if len(rest) > 0 && rest[0] >= 0xc0 {
			end = 2
		}
		if len(rest) < end+10 || len(rest) < end+10+halfWord(rest[end+8:]) {
			break
		}
		data := rest[end+10 : end+10+halfWord(rest[end+8:])]
		switch recordKind := halfWord(rest[end:]); {
		case recordKind == kind && kind == typeA && len(data) == 4:
			found = append(found, ipv4Endpoint([4]byte{data[0], data[1], data[2], data[3]}, port))
		case recordKind == kind && kind == typeAAAA && len(data) == 16:
			address := syscall.SockaddrInet6{Port: port}
			copy(address.Addr[:], data)
			found = append(found, endpoint{syscall.AF_INET6, "its IPv6 address", &address})
		}
		rest = rest[end+10+len(data):]
	}
	return found, failure{text: subject + "no address"}
}

// halfWord reads two bytes, which must be there.
func halfWord(octets []byte) int {
	return int(octets[0])<<8 | int(octets[1])
}

// lines returns the words of each line of a file, without comments; none where the file cannot be read.
func lines(path string) (found [][]string) {
	text, err := readFile(path, longestFile)
	if err != nil {
		return nil
	}
	for _, line := range split(string(text), '\n') {
		found = append(found, words(split(line, '#')[0]))
	}
	return found
}

func hostsEntry(lines [][]string, host string) (address [4]byte, known bool) {
	for _, words := range lines {
		for i := 1; i < len(words); i++ {
			if lower(words[i]) == lower(host) {
				if address, valid := ipv4(words[0]); valid {
					return address, true
				}
			}
		}
	}
	return address, false
}

func ipv4Endpoint(address [4]byte, port int) endpoint {
	name := decimal(int(address[0])) + "." + decimal(int(address[1])) + "." + decimal(int(address[2])) + "." + decimal(int(address[3]))
	return endpoint{syscall.AF_INET, name, &syscall.SockaddrInet4{Port: port, Addr: address}}
}

func ipv4(text string) (address [4]byte, valid bool) {
	parts := split(text, '.')
	if len(parts) != len(address) {
		return address, false
	}
	for i, part := range parts {
		value, valid := number(part, 1, 255)
		if !valid && part != "0" {
			return address, false
		}
		address[i] = byte(value)
	}
	return address, true
}
