// SPDX-License-Identifier: Apache-2.0

// Package protocoltest reads requests of remote write for tests. It shares no
// code with what writes them.
package protocoltest // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocoltest"

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is a field of a message.
type field struct {
	number protowire.Number
	// number of a varint or of fixed size, or bytes.
	value uint64
	bytes []byte
}

func readMessage(message []byte) (list []field, err error) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		message = message[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		default:
			return nil, fmt.Errorf("field %d has the type %d", number, kind)
		}
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		message = message[n:]
		list = append(list, f)
	}
	return list, nil
}

func readPacked(b []byte) (list []uint64, err error) {
	for len(b) > 0 {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		list, b = append(list, v), b[n:]
	}
	return list, nil
}
