package main

// number reads a positive decimal number without sign or leading zeros.
func number(text string, lowest, highest int) (value int, valid bool) {
	if len(text) == 0 || len(text) > 9 || text[0] == '0' {
		return 0, false
	}
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		value = value*10 + int(text[i]-'0')
	}
	return value, lowest <= value && value <= highest
}

// natural reads a number from 0 that fits 63 bits.
func natural(text string) (value int64, valid bool) {
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' || value > (1<<63-1-9)/10 {
			return 0, false
		}
		value = value*10 + int64(text[i]-'0')
	}
	return value, len(text) > 0
}

func decimal(value int) string { return decimal64(int64(value)) }

func decimal64(value int64) string {
	var digits [20]byte
	position := len(digits)
	for {
		position--
		digits[position] = byte('0' + value%10)
		value /= 10
		if value == 0 {
			return string(digits[position:])
		}
	}
}

// hexadecimal reads the size of a chunk, which extensions may follow.
func hexadecimal(text string) (value int, valid bool) {
	for i := 0; i < len(text) && i < 7; i++ {
		character := text[i]
		switch {
		case '0' <= character && character <= '9':
			value = value*16 + int(character-'0')
		case 'a' <= character|0x20 && character|0x20 <= 'f':
			value = value*16 + int(character|0x20-'a') + 10
		default:
			return value, i > 0
		}
	}
	return value, len(text) > 0
}

// visible tells whether the text is free of spaces, control characters and everything beyond ASCII.
func visible(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func split(text string, separator byte) []string {
	parts := []string{""}
	start := 0
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == separator {
			parts[len(parts)-1] = text[start:i]
			start = i + 1
			if i < len(text) {
				parts = append(parts, "")
			}
		}
	}
	return parts
}

// cut returns what is before and after the first separator; without one, all of the text is before it.
func cut(text string, separator byte) (before, after string) {
	for i := 0; i < len(text); i++ {
		if text[i] == separator {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// words returns the parts of a text that white space separates.
func words(text string) (found []string) {
	start := 0
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] <= ' ' {
			if i > start {
				found = append(found, text[start:i])
			}
			start = i + 1
		}
	}
	return found
}

func lower(text string) string {
	lowered := []byte(text)
	for i, character := range lowered {
		if 'A' <= character && character <= 'Z' {
			lowered[i] = character + 'a' - 'A'
		}
	}
	return string(lowered)
}

func trim(text string) string {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	for len(text) > 0 && (text[len(text)-1] == ' ' || text[len(text)-1] == '\t') {
		text = text[:len(text)-1]
	}
	return text
}

const longestShown = 200

func quote(text string) string {
	return "\"" + shown(text) + "\""
}

// shown makes text from elsewhere fit for one line of a terminal: white space becomes one space each,
// characters that a terminal would act on become question marks, and the rest is cut.
func shown(text string) string {
	var line []byte
	for _, character := range text {
		if len(line) >= longestShown {
			line = append(line, "…"...)
			break
		}
		switch {
		case character == '\n' || character == '\r' || character == '\t':
			line = append(line, ' ')
		case unprintable(character):
			line = append(line, '?')
		default:
			line = append(line, string(character)...)
		}
	}
	return trim(string(line))
}

func unprintable(character rune) bool {
	isControl := character < ' ' || 0x7f <= character && character <= 0x9f
	isLineSeparator := character == 0x2028 || character == 0x2029
	isDirectionMark := 0x202a <= character && character <= 0x202e || 0x2066 <= character && character <= 0x2069
	return isControl || isLineSeparator || isDirectionMark
}
