// SPDX-License-Identifier: Apache-2.0

package logformat

// quoteMissing appends a line to a buffer, with quotes around each `-` that
// stands for a member's value. found is false if there is none.
func quoteMissing(buf []byte, line string) (quoted []byte, found bool) {
	inString := false
	// last is the last byte that is no space, outside of strings.
	last := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '"':
			inString = !inString
		case inString && c == '\\' && i+1 < len(line):
			buf = append(buf, c)
			i++
			c = line[i]
		case !inString && c == '-' && last == ':' && endsValue(line[i+1:]):
			buf, found = append(buf, '"', c, '"'), true
			last = c
			continue
		}
		buf = append(buf, c)
		if !inString && !isSpace(c) {
			last = c
		}
	}
	return buf, found
}

// endsValue tells whether a member ends where rest begins.
func endsValue(rest string) bool {
	for i := range len(rest) {
		if !isSpace(rest[i]) {
			return rest[i] == ',' || rest[i] == '}'
		}
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
