// SPDX-License-Identifier: Apache-2.0

package envoyproto

import (
	"errors"
	"math"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Wire types, as they are in tags.
const (
	varint = uint64(wire.Varint)
	length = uint64(wire.Length)
)

// Tags of HTTPAccessLogEntry.
const (
	httpCommonProperties = 1<<3 | length
	httpProtocolVersion  = 2<<3 | varint
	httpRequest          = 3<<3 | length
	httpResponse         = 4<<3 | length
)

// Tags of TCPAccessLogEntry.
const (
	tcpCommonProperties     = 1<<3 | length
	tcpConnectionProperties = 2<<3 | length
)

// Entry is an entry of either kind. It is used for one entry after the other,
// and allocates nothing once its lists have grown.
type Entry struct {
	Fields
	Lists
	raw []byte
}

// Fields are those of an entry that are not in lists. They have no pointers, so
// that emptying them is cheap.
type Fields struct {
	Common Common
	// ProtocolVersion, Request and Response are those of HTTPAccessLogEntry.
	ProtocolVersion int32
	Request         Request
	Response        Response
	// Connection is that of TCPAccessLogEntry.
	Connection Connection

	// Values is how many fields were read that say something of their own, those
	// of lists too.
	Values int
	// TextBytes is how many bytes the strings have that were read, without those
	// of objects.
	TextBytes int

	malformed bool
}

var errMalformed = errors.New("the entry is malformed")

// DecodeHTTP decodes an HTTPAccessLogEntry. The bytes must not change until the
// next entry is decoded or [Entry.Release] is called. It returns an error if the
// bytes are not a message, or are more than 4 GiB.
func (e *Entry) DecodeHTTP(raw []byte) error {
	f, err := e.begin(raw)
	if err != nil {
		return err
	}
	for f.Next() {
		switch f.Tag {
		case httpCommonProperties:
			e.Common.decode(e, f.Start, f.End)
		case httpProtocolVersion:
			e.ProtocolVersion = int32(f.Varint)
			e.Values++
		case httpRequest:
			e.Request.decode(e, f.Start, f.End)
		case httpResponse:
			e.Response.decode(e, f.Start, f.End)
		}
	}
	return e.finish(&f)
}

// DecodeTCP decodes a TCPAccessLogEntry, as DecodeHTTP does.
func (e *Entry) DecodeTCP(raw []byte) error {
	f, err := e.begin(raw)
	if err != nil {
		return err
	}
	for f.Next() {
		switch f.Tag {
		case tcpCommonProperties:
			e.Common.decode(e, f.Start, f.End)
		case tcpConnectionProperties:
			e.Connection.decode(e, f.Start, f.End)
		}
	}
	return e.finish(&f)
}

// begin makes the entry an empty one.
func (e *Entry) begin(raw []byte) (wire.Scanner, error) {
	e.Fields = Fields{}
	e.clearLists()
	if uint64(len(raw)) > math.MaxUint32 {
		return wire.Scanner{}, errMalformed
	}
	e.raw = raw
	return wire.Scan(raw, 0, len(raw)), nil
}

func (e *Entry) finish(f *wire.Scanner) error {
	if e.end(f); e.malformed {
		return errMalformed
	}
	return nil
}

// end notes whether all of a message within the entry could be read.
func (e *Entry) end(f *wire.Scanner) {
	if f.Err() != nil {
		e.malformed = true
	}
}

// Release lets go of the bytes of the entry, and of lists that are unusually
// long.
func (e *Entry) Release() {
	e.raw = nil
	e.trimLists()
}
