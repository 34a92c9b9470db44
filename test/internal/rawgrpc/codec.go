// SPDX-License-Identifier: Apache-2.0

// Package rawgrpc sends messages over gRPC that are serialised already.
//
// Invariant: bytes leave as they are, invalid ones too, and arrive so.
package rawgrpc

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// Codec passes bytes through, so that sending costs a load generator little, and
// so that messages can be sent that no marshaller would write. It takes a []byte
// and gives a *[]byte.
type Codec struct{}

var _ encoding.CodecV2 = Codec{}

// Name is that of the codec which peers know.
func (Codec) Name() string { return "proto" }

// Marshal gives the bytes.
func (Codec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}

// Unmarshal takes the bytes.
func (Codec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}
