// SPDX-License-Identifier: Apache-2.0

package als

import (
	"cmp"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

const (
	// maxEntries is how many entries one message may have. The smallest that
	// Envoy writes has 200 bytes, and a message has 4 MiB unless it is configured.
	maxEntries = 65_536
	// maxEntryBytes and maxIdentifierBytes bound what is decoded, on the wire.
	// Envoy's identifier has 64 KiB with Istio, and its headers 60 KiB.
	maxEntryBytes      = 256 << 10
	maxIdentifierBytes = 256 << 10
	// maxChunkEntries and maxChunkBytes are what is decoded and passed on at once.
	// Envoy's messages have 16 KiB.
	maxChunkEntries = 256
	maxChunkBytes   = 64 << 10
)

var (
	// entryLimits bound one entry. C++'s protobuf, which Envoy has, stops at the
	// same depth.
	entryLimits      = wire.Limits{Depth: 100, Memory: 8 << 20, Attributes: 1024}
	identifierLimits = wire.Limits{Depth: 100, Memory: 8 << 20, Attributes: 8192}

	entryTypes = [entry.NumKinds]*wire.Message{
		entry.HTTP: wire.Describe(&accesslogv3.HTTPAccessLogEntry{}),
		entry.TCP:  wire.Describe(&accesslogv3.TCPAccessLogEntry{}),
	}
	identifierType = wire.Describe(&accesslogservicev3.StreamAccessLogsMessage_Identifier{})

	unmarshal = proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: 100}
)

// The tags of a StreamAccessLogsMessage, and that of the messages that hold the
// entries.
const (
	tagIdentifier = 1<<3 | uint64(wire.Length)
	tagHTTPLogs   = 2<<3 | uint64(wire.Length)
	tagTCPLogs    = 3<<3 | uint64(wire.Length)
	tagLogEntry   = 1<<3 | uint64(wire.Length)
)

// identifierOf finds a message's identifier, nil if it has none.
func identifierOf(message []byte) []byte {
	f := wire.Scan(message, 0, len(message))
	for f.Next() {
		if f.Tag == tagIdentifier {
			return f.Bytes()
		}
	}
	return nil
}

// eachEntry calls add for each entry of a message, in their order, and does not
// copy them. An error means that some part of the message could not be read;
// what was before or beside it was.
func eachEntry(message []byte, add func(entry.Kind, []byte)) (malformed error) {
	f := wire.Scan(message, 0, len(message))
	for f.Next() {
		switch f.Tag {
		case tagHTTPLogs:
			malformed = cmp.Or(eachOfKind(entry.HTTP, f.Bytes(), add), malformed)
		case tagTCPLogs:
			malformed = cmp.Or(eachOfKind(entry.TCP, f.Bytes(), add), malformed)
		}
	}
	return cmp.Or(f.Err(), malformed)
}

// eachOfKind is eachEntry for the entries of one logger.
func eachOfKind(kind entry.Kind, entries []byte, add func(entry.Kind, []byte)) error {
	f := wire.Scan(entries, 0, len(entries))
	for f.Next() {
		if f.Tag == tagLogEntry {
			add(kind, f.Bytes())
		}
	}
	return f.Err()
}

// repaired gives a copy that is valid UTF-8 wherever strings are. It is as long.
func repaired(t *wire.Message, raw []byte, limits wire.Limits) []byte {
	raw = append([]byte(nil), raw...)
	if t.Repair(raw, limits) != nil {
		return raw // decoding it tells
	}
	return raw
}
