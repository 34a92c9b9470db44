// SPDX-License-Identifier: Apache-2.0

package read

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// What stood at a place of the last record says nothing of the next one.
func TestAttributesInAnyOrder(t *testing.T) {
	r := newReader(t, "", nil)
	write := func(to pcommon.Map, i int) {
		for k := range 3 {
			switch (i + k) % 3 {
			case 0:
				to.PutStr("response_flags", fmt.Sprint("flags", i))
			case 1:
				to.PutStr("authority", fmt.Sprint("host", i))
			case 2:
				to.PutStr("reporter", "forged")
			}
		}
	}
	for i, others := range []int{0, 0, 1, 2, 62, 63, 64, 65, 128, 0} {
		lr := plog.NewLogRecord()
		for k := range others {
			lr.Attributes().PutStr(fmt.Sprint("other", k), "")
		}
		write(lr.Attributes(), i)
		var rec accesslog.Record
		found := r.Read(lr, &r.none, &rec)
		assert.Equal(t, fmt.Sprint("flags", i), rec.Raw(accesslog.ResponseFlags))
		assert.Equal(t, fmt.Sprint("host", i), rec.Raw(accesslog.Authority))
		assert.True(t, found.Foreign.Label)
		assert.False(t, found.Foreign.Contract)
	}
}

func BenchmarkAttributes(b *testing.B) {
	r := newReader(b, "", nil)
	lr := plog.NewLogRecord()
	for op := range accesslog.NumOps {
		lr.Attributes().PutStr(op.Key(), "value")
	}
	var rec accesslog.Record
	b.ReportAllocs()
	for b.Loop() {
		r.Read(lr, &r.none, &rec)
	}
}
