package main

// huffmanLengths has a letter for each byte: how many bits its code takes, counted from A for 1. The lengths are
// enough, because the codes of HPACK are canonical: those of one length are consecutive, in the order of the bytes.
//
// Source: RFC 7541, appendix B.
const huffmanLengths = "" +
	`MW\\\\\\\X^\\^\\\\\\\\^\\\\\\\\\FJJLMFHKJJHKHFFFEEEFFFFFFFGHOFLJ` +
	`MFGGGGGGGGGGGGGGGGGGGGGGHGHMSMNFOEFEFEFFFEGGFFFEFGFEEFGGGGGOKNM\` +
	`TVTTVVVWVWWWWWXWXXVWXWWWWUVWVWWXVUTVVWWUWVVXUVWWUUVUWVWWTVVVWVVW` +
	`ZZTSVWVYZZZ[[ZXYSUZ[[Z[XUUZZ\[[[TXTUVUUWVVYYXXZWZ[ZZ[[[[[\[[[[[Z`

const longestCode = 30

// huffmanDecoded reads a string that is shorter with the codes of HPACK.
func huffmanDecoded(coded []byte) (text string, valid bool) {
	var count [longestCode + 1]int
	for i := 0; i < len(huffmanLengths); i++ {
		count[huffmanLengths[i]-'@']++
	}
	var decoded []byte
	code, first, length := 0, 0, 0
	for _, octet := range coded {
		for bit := 7; bit >= 0; bit-- {
			if length == longestCode {
				return "", false // a code of its own means the end of the string, and must not be sent
			}
			first = (first + count[length]) << 1
			code = code<<1 | int(octet>>uint(bit)&1)
			length++
			if code-first < count[length] {
				decoded = append(decoded, huffmanSymbol(length, code-first))
				code, first, length = 0, 0, 0
			}
		}
	}
	// The last byte is filled with ones.
	return string(decoded), length < 8 && code == 1<<uint(length)-1
}

// huffmanSymbol returns the byte with the code that has so many others of its length before it.
func huffmanSymbol(length, before int) byte {
	symbol := 0
	for ; ; symbol++ {
		if int(huffmanLengths[symbol]-'@') == length {
			if before == 0 {
				return byte(symbol)
			}
			before--
		}
	}
}
