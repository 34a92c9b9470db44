// SPDX-License-Identifier: Apache-2.0

package logformat

// budget bounds the bytes that a search looks at. A client may write the text
// that is searched; it must not make that cost more than a multiple of the
// line's length.
type budget int

// spend takes off what a step looked at, and tells whether anything is left.
func (b *budget) spend(bytes int) bool {
	*b -= budget(bytes)
	return *b >= 0
}

// trimEnd cuts the end of the line off. Spaces stay: they separate columns, and
// the last one may be empty.
func trimEnd(line string) string {
	for line != "" && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}
