// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Text is where a string or bytes are within an entry. The zero value is an empty
// string, which is what protobuf makes of a string that was not sent.
type Text struct{ start, end uint32 }

// Len is the number of bytes.
func (t Text) Len() int { return int(t.end - t.start) }

// In gives the bytes, which are part of those that were decoded.
func (t Text) In(raw []byte) []byte { return raw[t.start:t.end:t.end] }

// Bytes are those of a string. They are part of the entry.
func (e *Entry) Bytes(t Text) []byte { return t.In(e.raw) }

// text is the value of a string field.
func (e *Entry) text(f *wire.Scanner) Text {
	e.TextBytes += f.End - f.Start
	return textOf(f)
}

// textOf is the value of a string or of bytes.
func textOf(f *wire.Scanner) Text { return Text{uint32(f.Start), uint32(f.End)} }
