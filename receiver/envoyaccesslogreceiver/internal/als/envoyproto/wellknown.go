// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of google.protobuf.Timestamp and google.protobuf.Duration.
const (
	timeSeconds = 1<<3 | varint
	timeNanos   = 2<<3 | varint
)

// uint32Value is the tag of google.protobuf.UInt32Value.
const uint32Value = 1<<3 | varint

// Time is a google.protobuf.Timestamp or a google.protobuf.Duration. The numbers
// are those that were sent: they may be out of range.
type Time struct {
	// Sent says that the message was sent, even if it is empty.
	Sent    bool
	Nanos   int32
	Seconds int64
}

func (t *Time) decode(e *Entry, start, end int) {
	t.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case timeSeconds:
			t.Seconds = int64(f.Varint)
		case timeNanos:
			t.Nanos = int32(f.Varint)
		}
	}
	e.end(&f)
}

// Uint32 is a google.protobuf.UInt32Value.
type Uint32 struct {
	// Sent says that the message was sent, even if it is empty.
	Sent  bool
	Value uint32
}

func (u *Uint32) decode(e *Entry, start, end int) {
	u.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		if f.Tag == uint32Value {
			u.Value = uint32(f.Varint)
		}
	}
	e.end(&f)
}
