// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// FuzzConsumeLogs builds logs with attributes of any name, type and value at
// each level. Each record must have one outcome, and what leaves must be what
// remote write accepts.
func FuzzConsumeLogs(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09"))
	f.Add([]byte("\x03\x00\x00\x01\x01\x01\x02\x05\x09\xff\x00\x03\x04\x01\x07"))
	f.Add([]byte("\x04\x00\x00\x01\x03\x02\x02\x06\x08\xff\xff\xff\xff\xff\xff\xff\xff\x00\x01\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ld, records := fuzzLogs(&fuzzBytes{data})
		sink := new(consumertest.MetricsSink)
		cfg := testConfig()
		cfg.MaxSeries = cfg.aggregateOptions().MinSeries() + 2
		c, tel := newTestConnector(t, cfg, sink)
		for i := range 3 {
			require.NoError(t, c.ConsumeLogs(t.Context(), ld))
			require.NoError(t, c.flusher.Flush(t.Context(), testTime.Add(time.Duration(i)*time.Hour)))
		}
		outcomes := int64(0)
		for name, value := range readTelemetry(t, tel) {
			if strings.HasPrefix(name, "otelcol_connector_istio_metrics_records{") {
				outcomes += value
			}
		}
		assert.EqualValues(t, 3*records, outcomes)
		forEachMetric(sink.AllMetrics(), func(m pmetric.Metric) { assertAcceptable(t, m) })
	})
}

// assertAcceptable checks the labels of each point, and that none is there twice
// for one time.
func assertAcceptable(t *testing.T, m pmetric.Metric) {
	t.Helper()
	seen := map[string]bool{}
	check := func(attrs pcommon.Map, zero bool) {
		var b strings.Builder
		for name, value := range attrs.All() {
			assert.NotEmpty(t, value.Str(), name)
			assert.True(t, utf8.ValidString(value.Str()), name)
			assert.LessOrEqual(t, len(value.Str()), 256, name)
			assert.NotContains(t, value.Str(), "\x00", name)
			assert.NotContains(t, []string{"le", "job", "__name__", "a.b"}, name)
			b.WriteString(name + "=" + value.Str() + "\x00")
		}
		key := b.String() + strconv.FormatBool(zero)
		assert.False(t, seen[key], "%s has the series %q twice", m.Name(), key)
		seen[key] = true
	}
	switch m.Type() {
	case pmetric.MetricTypeSum:
		for i := range m.Sum().DataPoints().Len() {
			p := m.Sum().DataPoints().At(i)
			assert.GreaterOrEqual(t, p.IntValue(), int64(0))
			check(p.Attributes(), p.Timestamp() == p.StartTimestamp())
		}
	case pmetric.MetricTypeHistogram:
		for i := range m.Histogram().DataPoints().Len() {
			p := m.Histogram().DataPoints().At(i)
			check(p.Attributes(), p.Timestamp() == p.StartTimestamp())
		}
	default:
		assert.Equal(t, "otelcol_istio_build_info", m.Name())
	}
}

// fuzzBytes reads choices from fuzzed bytes, and zeros after their end.
type fuzzBytes struct{ rest []byte }

func (b *fuzzBytes) next() byte {
	if len(b.rest) == 0 {
		return 0
	}
	c := b.rest[0]
	b.rest = b.rest[1:]
	return c
}

func (b *fuzzBytes) str() string {
	n := min(int(b.next()), len(b.rest))
	s := string(b.rest[:n])
	b.rest = b.rest[n:]
	return s
}

// fuzzKeys are names that mean something to the connector, or nearly.
var fuzzKeys = []string{
	contract.AttrVersion, contract.AttrVerdict, contract.AttrSchema, contract.AttrIncarnation, contract.AttrDuration,
	contract.AttrBytesReceived, contract.AttrBytesSent, contract.AttrMessagesReceived, contract.AttrMessagesSent,
	contract.Prefix, contract.LabelPrefix + "team", contract.SlotPrefix + "reporter", contract.SlotPrefix + "destination_ip", "destination_ip", "destination_host", "destination_network", "reporter", "response_code", "source_app", "team", "le", "job", "a.b", "__name__", "",
}

var fuzzStrings = []string{"http", "tcp", "tcp_closed", "istio", "periodic", "", "\xff\x00", "team", "le"}

func fuzzLogs(b *fuzzBytes) (ld plog.Logs, records int) {
	ld = plog.NewLogs()
	for range 1 + b.next()%3 {
		rl := ld.ResourceLogs().AppendEmpty()
		fuzzMap(b, rl.Resource().Attributes())
		for range 1 + b.next()%3 {
			sl := rl.ScopeLogs().AppendEmpty()
			if b.next()%2 == 0 { // else hardly any record would count
				sl.Scope().Attributes().PutInt(contract.AttrVersion, contract.Version)
				sl.Scope().Attributes().PutStr(contract.AttrVerdict, string(contract.VerdictHTTP))
				sl.Scope().Attributes().PutStr(contract.AttrSchema, string(contract.SchemaIstio))
				sl.Scope().Attributes().PutStr(contract.AttrIncarnation, "run-"+string('a'+rune(b.next()%3)))
				sl.Scope().Attributes().PutInt(contract.SlotPrefix+"reporter", contract.PackSlot(uint32(b.next()%2), uint64(b.next()%4)))
			}
			fuzzMap(b, sl.Scope().Attributes())
			for range b.next() % 4 {
				fuzzMap(b, sl.LogRecords().AppendEmpty().Attributes())
				records++
			}
		}
	}
	return ld, records
}

// fuzzMap puts attributes.
func fuzzMap(b *fuzzBytes, m pcommon.Map) {
	for range b.next() % 6 {
		key := b.str()
		if n := int(b.next()); n < len(fuzzKeys) {
			key = fuzzKeys[n]
		}
		fuzzValue(b, m.PutEmpty(key))
	}
}

func fuzzValue(b *fuzzBytes, v pcommon.Value) {
	switch b.next() % 8 {
	case 0:
		v.SetStr(fuzzStrings[int(b.next())%len(fuzzStrings)])
	case 1:
		v.SetStr(b.str())
	case 2:
		v.SetInt([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, contract.Version}[b.next()%6])
	case 3:
		v.SetInt(int64(b.next()))
	case 4:
		v.SetDouble(float64(b.next()))
	case 5:
		list := v.SetEmptySlice()
		for range b.next() % 4 {
			list.AppendEmpty().SetStr(b.str())
		}
	case 6:
		list := v.SetEmptySlice()
		for range b.next() % 4 {
			list.AppendEmpty().SetStr(fuzzKeys[int(b.next())%len(fuzzKeys)])
		}
	case 7:
		v.SetEmptyMap().PutStr("a", "b")
	}
}
