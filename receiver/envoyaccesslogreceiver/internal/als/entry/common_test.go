package entry

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
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

// sameOrNaN compares maps; a number that is none is not equal to itself.
func sameOrNaN(a, b pcommon.Map) bool {
	return a.Equal(b) || strings.Contains(fmt.Sprint(a.AsRaw()), "NaN")
}
