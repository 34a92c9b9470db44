// SPDX-License-Identifier: Apache-2.0

package als

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Codec gives a stream the bytes of a message. Decoding them as a whole would
// cost the entries of many requests where one client sent a byte that is not
// UTF-8, and would take memory before anything is known of them.
//
// All other messages are those of gRPC's own codec.
type Codec struct{}

var _ encoding.CodecV2 = Codec{}

// message is a StreamAccessLogsMessage as it is on the wire. It is to be freed.
type message struct{ mem.Buffer }

// Name is that of the codec which clients ask for.
func (Codec) Name() string { return proto.Name }

// Marshal writes an answer.
func (Codec) Marshal(v any) (mem.BufferSlice, error) {
	return encoding.GetCodecV2(proto.Name).Marshal(v)
}

// Unmarshal keeps the bytes of a message.
func (Codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*message)
	if !ok {
		return encoding.GetCodecV2(proto.Name).Unmarshal(data, v)
	}
	m.Buffer = data.MaterializeToBuffer(mem.DefaultBufferPool())
	return nil
}
