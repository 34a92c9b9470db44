// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestReaderFields(t *testing.T) {
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.Values
	}{
		{"none", attrs{}, aggregate.Values{-1, -1, -1, -1, -1}},
		{
			"all",
			attrs{
				contract.AttrDuration: 1, contract.AttrBytesReceived: 2, contract.AttrBytesSent: 3,
				contract.AttrMessagesReceived: 4, contract.AttrMessagesSent: 5,
			},
			aggregate.Values{1, 2, 3, 4, 5},
		},
		{"that are no integers", attrs{contract.AttrDuration: 1.0, contract.AttrBytesReceived: "2", contract.AttrBytesSent: nil}, aggregate.Values{-2, -2, -2, -1, -1}},
		{"that are negative", attrs{contract.AttrDuration: -1, contract.AttrMessagesSent: -9223372036854775808}, aggregate.Values{-2, -1, -1, -1, -2}},
		{"of zero", attrs{contract.AttrDuration: 0}, aggregate.Values{0, -1, -1, -1, -1}},
		{"unknown ones of the contract", attrs{contract.Prefix + "more": 1}, aggregate.Values{-1, -1, -1, -1, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, with(counted, attrs{contract.AttrDuration: 7}), test.record), logs(t, nil, with(counted, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).Values)
			}
		})
	}
}

func TestReaderAddresses(t *testing.T) {
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.Addresses
	}{
		{"none", nil, aggregate.Addresses{}},
		{"some", attrs{"destination_ip": "192.0.2.2", "destination_network": "office"}, aggregate.Addresses{"192.0.2.2", "", "office"}},
		{"all", attrs{"destination_ip": "192.0.2.2", "destination_host": "b.example", "destination_network": "office"}, aggregate.Addresses{"192.0.2.2", "b.example", "office"}},
		{"empty ones", attrs{"destination_ip": "", "destination_host": ""}, aggregate.Addresses{}},
		{"that are no strings", attrs{"destination_host": 1, "destination_network": true}, aggregate.Addresses{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, counted, test.record), logs(t, nil, with(counted, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).Addresses)
			}
		})
	}
}

func TestReaderTakesTraces(t *testing.T) {
	ld := logs(t, counted, attrs{})
	lr := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	lr.SetTraceID(pcommon.TraceID{1})
	lr.SetSpanID(pcommon.SpanID{2})
	r := new(Reader)
	r.Read(ld)
	assert.Equal(t, [16]byte{1}, r.Batch.At(0).Trace)
	assert.Equal(t, [8]byte{2}, r.Batch.At(0).Span)
}
