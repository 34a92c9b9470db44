// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math"
	"math/rand/v2"
	"slices"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// descriptors are those of the entries of each kind.
var descriptors = [NumKinds]protoreflect.MessageDescriptor{
	HTTP: (&accesslogv3.HTTPAccessLogEntry{}).ProtoReflect().Descriptor(),
	TCP:  (&accesslogv3.TCPAccessLogEntry{}).ProtoReflect().Descriptor(),
}

// generator writes messages as no library would: fields in any order, some more
// than once, some unknown, some of another wire type.
type generator struct {
	*rand.Rand
	// odd is how many of 100 fields are not as they should be.
	odd int
	// merges makes messages that are there more than once. Package wire refuses
	// them.
	merges bool
	// strings are values of strings. Some are names that rules know.
	strings []string
}

var (
	goodStrings = []string{
		"", "", "a", "b", "é", "0", "14", "4294967296", "-", "/path", "::1", "127.0.0.1", "application/grpc", "application/grpc+proto",
		headerContentType, headerGRPCStatus, headerServiceTime, accesslog.NodeVersion.Key(), accesslog.DownstreamPeer.Key(),
		accesslog.GRPCStats.Key(), accesslog.Path.Key(), accesslog.UpstreamServiceTime.Key(), attrScheme, requestHeader + "a", customTag + "a",
	}
	badStrings   = append([]string{"a\xff", "\xc3", "\xff\xfe"}, goodStrings...)
	someNumbers  = []uint64{0, 0, 1, 2, 3, 4, 33, 200, 503, 999, 1000, 4865, 65536, 1 << 31, math.MaxUint32, 1 << 40, math.MaxInt64, math.MaxUint64}
	someTypeURLs = []string{typeStruct, typeStruct, typeString, typeBytes, typeGRPCStats, "", "type.googleapis.com/of.nobody"}
)

// message writes the fields of a message.
func (g *generator) message(d protoreflect.MessageDescriptor, depth int) []byte {
	if d.FullName() == "google.protobuf.Any" {
		return g.anyObject(depth)
	}
	var fields [][]byte
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		most := 2
		if fd.Kind() == protoreflect.MessageKind && !fd.IsList() && !fd.IsMap() && !g.merges {
			most = 1
		}
		for range g.IntN(most + 1) {
			fields = append(fields, g.field(fd, depth))
		}
	}
	g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	// Some messages are nearly full, others nearly empty.
	if n := len(fields); n > 0 {
		fields = fields[:n-g.IntN(n)]
	}
	return slices.Concat(fields...)
}

func (g *generator) field(fd protoreflect.FieldDescriptor, depth int) []byte {
	number := fd.Number()
	if g.IntN(100) < g.odd {
		if g.IntN(2) == 0 {
			number += 40
		}
		return g.anyField(number)
	}
	switch fd.Kind() {
	case protoreflect.MessageKind:
		if depth == 0 {
			return nil
		}
		return g.bytes(number, g.message(fd.Message(), depth-1))
	case protoreflect.StringKind, protoreflect.BytesKind:
		return g.bytes(number, []byte(pick(g, g.strings)))
	case protoreflect.DoubleKind:
		return protowire.AppendFixed64(protowire.AppendTag(nil, number, protowire.Fixed64Type), math.Float64bits(float64(g.IntN(1000))/8))
	default:
		return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), pick(g, someNumbers))
	}
}

// anyField is a field of any wire type, but for groups.
func (g *generator) anyField(number protowire.Number) []byte {
	switch g.IntN(4) {
	case 0:
		return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), pick(g, someNumbers))
	case 1:
		return protowire.AppendFixed64(protowire.AppendTag(nil, number, protowire.Fixed64Type), g.Uint64())
	case 2:
		return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), g.Uint32())
	default:
		return g.bytes(number, []byte(pick(g, g.strings)))
	}
}

func (g *generator) bytes(number protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), b)
}

// anyObject is an Any whose bytes usually are of its type.
func (g *generator) anyObject(depth int) []byte {
	url := pick(g, someTypeURLs)
	of := (&structpb.Struct{}).ProtoReflect().Descriptor()
	if url != typeStruct || g.IntN(100) < g.odd {
		of = (&wrapperspb.StringValue{}).ProtoReflect().Descriptor()
	}
	return append(g.bytes(1, []byte(url)), g.bytes(2, g.message(of, depth))...)
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }
