// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var protoTrue = protoreflect.ValueOfBool(true)

func timeOf(seconds int64, nanos int32) *timestamppb.Timestamp {
	return &timestamppb.Timestamp{Seconds: seconds, Nanos: nanos}
}

func durationOf(seconds int64, nanos int32) *durationpb.Duration {
	return &durationpb.Duration{Seconds: seconds, Nanos: nanos}
}

// decoded is the entry that a proxy sends so.
func decoded(t testing.TB, m proto.Message) *Entry {
	t.Helper()
	kind := HTTP
	if _, ok := m.(*accesslogv3.TCPAccessLogEntry); ok {
		kind = TCP
	}
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	e := new(Entry)
	require.NoError(t, e.Decode(kind, raw))
	return e
}

// recordOf is the record of an entry.
func recordOf(t testing.TB, m proto.Message) plog.LogRecord {
	t.Helper()
	lr := plog.NewLogRecord()
	decoded(t, m).WriteTo(lr)
	return lr
}

func attributesOf(t testing.TB, m proto.Message) pcommon.Map {
	t.Helper()
	return recordOf(t, m).Attributes()
}
