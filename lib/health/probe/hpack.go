package main

// firstStatus and lastStatus are the entries ":status: 200" to ":status: 500" of HPACK's static table.
const firstStatus, lastStatus = 8, 14

var staticStatus = [...]string{"200", "204", "206", "304", "400", "404", "500"}

// headerBlock reads fields in the encoding of HTTP/2 (RFC 7541). The probe allows the server no dynamic table, so that
// fields of the static table are all there are. Of that it knows the status alone; others come with an empty name.
type headerBlock struct {
	rest  []byte
	valid bool
}

func (b *headerBlock) more() bool { return b.valid && len(b.rest) > 0 }

// field returns the next one, or empty texts for an instruction that holds none.
func (b *headerBlock) field() (name, value string) {
	switch octet := b.rest[0]; {
	case octet&0x80 != 0: // indexed
		index := b.integer(7)
		if firstStatus <= index && index <= lastStatus {
			return ":status", staticStatus[index-firstStatus]
		}
		b.valid = b.valid && 0 < index && index <= 61
		return "", ""
	case octet&0xe0 == 0x20: // a new size of the dynamic table
		b.integer(5)
		return "", ""
	case octet&0xc0 == 0x40: // literal, to be indexed
		name = b.name(6)
	default: // literal
		name = b.name(4)
	}
	return name, b.text()
}

func (b *headerBlock) name(bits uint) string {
	index := b.integer(bits)
	switch {
	case index == 0:
		return b.text()
	case firstStatus <= index && index <= lastStatus:
		return ":status"
	}
	b.valid = b.valid && index <= 61
	return ""
}

// integer reads a number that begins in the lower bits of the next byte.
func (b *headerBlock) integer(bits uint) int {
	octet, highest := b.octet(), 1<<bits-1
	value := int(octet) & highest
	if value < highest {
		return value
	}
	for shift := uint(0); shift <= 21; shift += 7 {
		octet = b.octet()
		value += int(octet&0x7f) << shift
		if octet&0x80 == 0 {
			return value
		}
	}
	b.valid = false
	return 0
}

func (b *headerBlock) octet() byte {
	if len(b.rest) == 0 {
		b.valid = false
		return 0
	}
	octet := b.rest[0]
	b.rest = b.rest[1:]
	return octet
}

func (b *headerBlock) text() string {
	isCoded := len(b.rest) > 0 && b.rest[0]&0x80 != 0
	size := b.integer(7)
	if !b.valid || size > len(b.rest) {
		b.valid = false
		return ""
	}
	text := string(b.rest[:size])
	b.rest = b.rest[size:]
	if isCoded {
		text, b.valid = huffmanDecoded([]byte(text))
	}
	return text
}

// appendField adds a field as a literal that nobody keeps.
func appendField(block []byte, name, value string) []byte {
	block = append(block, 0)
	block = append(appendInteger(block, 7, len(name)), name...)
	return append(appendInteger(block, 7, len(value)), value...)
}

// appendInteger adds a number that begins in the lower bits of the next byte, whose other bits are zero.
func appendInteger(block []byte, bits uint, value int) []byte {
	highest := 1<<bits - 1
	if value < highest {
		return append(block, byte(value))
	}
	block = append(block, byte(highest))
	for value -= highest; value >= 0x80; value >>= 7 {
		block = append(block, byte(value)|0x80)
	}
	return append(block, byte(value))
}
