// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// FuzzProcess builds requests with attributes of any name, type and value at
// each level, and bodies of all kinds. Each record must leave once, with one
// verdict, and with labels that Prometheus takes.
func FuzzProcess(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09"))
	f.Add([]byte(linePassthrough))
	f.Add([]byte("\x02\x01\x08\x30\x01\x10\x02\x20\x03\x40\x04\xff\x05\xfe\x06\xfd\x07\x01\x01\x01\x01"))
	f.Add([]byte("0100002000b8\x01\x1000710"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, tc := range []struct {
			settings map[string]any
			own      []string // labels that they define
		}{
			{},
			{settings: map[string]any{"labels_on": "record", "schema": "istio-1.3", "destination_ip": map[string]any{"enabled": true}}},
			{own: []string{"host"}, settings: map[string]any{"labels": map[string]any{"host": `attributes["authority"]`, "source_app": `log.body`}, "conditions": []any{`attributes["reporter"] != nil`}, "remove": []any{"reporter"}}},
		} {
			ld := fuzzLogs(&fuzzBytes{data})
			records := ld.LogRecordCount()
			p := newTest(t, tc.settings)
			if records == 0 {
				continue
			}
			out := p.process(t, ld)
			assert.EqualValues(t, records, p.total(t))
			assertSafe(t, out, tc.own...)
			counted := int64(0)
			for _, rl := range out.ResourceLogs().All() {
				for _, sl := range rl.ScopeLogs().All() {
					for _, lr := range sl.LogRecords().All() {
						if _, ok := seen(rl, sl, lr)[contract.AttrVerdict]; ok {
							counted++
						}
					}
				}
			}
			understood := int64(0)
			for _, point := range p.metric(t, "records").DataPoints {
				v, _ := point.Attributes.Value("verdict")
				if contract.Verdict(v.AsString()).Understood() {
					understood += point.Value
				}
			}
			assert.Equal(t, understood, counted, "a verdict stands on each record that is ours, and on no other")
		}
	})
}

// fuzzBytes reads choices from fuzzed bytes, and zeros after their end.
type fuzzBytes struct{ rest []byte }

func (b *fuzzBytes) next() int {
	if len(b.rest) == 0 {
		return 0
	}
	c := b.rest[0]
	b.rest = b.rest[1:]
	return int(c)
}

func (b *fuzzBytes) str() string {
	n := min(b.next(), len(b.rest))
	s := string(b.rest[:n])
	b.rest = b.rest[n:]
	return s
}

// fuzzKeys are names that mean something to the processor, or nearly.
var fuzzKeys = func() []string {
	keys := []string{contract.AttrVerdict, contract.AttrSchema, contract.AttrDuration, contract.Prefix, "", "host", "a.b", "k8s.pod.name", "k8s.deployment.name"}
	for op := range accesslog.NumOps {
		keys = append(keys, op.Key())
	}
	for l := range contract.NumLabels {
		keys = append(keys, l.String())
	}
	return keys
}()

var fuzzStrings = []string{
	"-", "", "PassthroughCluster", "BlackHoleCluster", "outbound|80||a.b.svc.cluster.local;", "inbound|80||", "inbound-vip|80|http|a.b.svc.x", "block_all", "DownstreamEnd",
	"TcpConnectionEnd", "200", "UF,URX", "HTTP/1.1", "\xff\x00", "1.2.3.4:5", "[::1]:5", `{"a":[`, `[{"host":"h"}]`, "sidecar~1.2.3.4~a-b.c~d", "istio", "http",
	linePassthrough, lineBlocked, lineTCP, lineInbound, jsonPassthrough, "[x", "99999999999999999999",
}

func fuzzLogs(b *fuzzBytes) plog.Logs {
	ld := plog.NewLogs()
	for range 1 + b.next()%3 {
		rl := ld.ResourceLogs().AppendEmpty()
		fuzzMap(b, rl.Resource().Attributes())
		for range 1 + b.next()%3 {
			sl := rl.ScopeLogs().AppendEmpty()
			fuzzMap(b, sl.Scope().Attributes())
			for range b.next() % 5 {
				lr := sl.LogRecords().AppendEmpty()
				fuzzMap(b, lr.Attributes())
				fuzzValue(b, lr.Body(), 3)
			}
		}
	}
	return ld
}

func fuzzMap(b *fuzzBytes, m pcommon.Map) {
	for range b.next() % 8 {
		fuzzValue(b, m.PutEmpty(fuzzKeys[b.next()%len(fuzzKeys)]), 3)
	}
}

func fuzzValue(b *fuzzBytes, v pcommon.Value, depth int) {
	switch b.next() % 9 {
	case 0, 1:
		v.SetStr(fuzzStrings[b.next()%len(fuzzStrings)])
	case 2:
		v.SetStr(b.str())
	case 3:
		v.SetInt([]int64{0, 1, -1, 503, math.MaxInt64, math.MinInt64}[b.next()%6])
	case 4:
		v.SetDouble([]float64{0, 200, -1, 1.5, math.Inf(1), math.NaN(), math.MaxFloat64}[b.next()%7])
	case 5:
		v.SetBool(b.next()%2 == 0)
	case 6:
		v.SetEmptyBytes().FromRaw([]byte(b.str()))
	case 7:
		m := v.SetEmptyMap()
		for range b.next() % 4 {
			key := fuzzKeys[b.next()%len(fuzzKeys)]
			if depth > 0 {
				fuzzValue(b, m.PutEmpty(key), depth-1)
			}
		}
	case 8:
		s := v.SetEmptySlice()
		for range b.next() % 4 {
			if depth > 0 {
				fuzzValue(b, s.AppendEmpty(), depth-1)
			}
		}
	}
}
