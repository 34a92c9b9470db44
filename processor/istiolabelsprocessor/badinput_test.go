// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrvalue"
)

// total is the number of verdicts that self-telemetry counted.
func (p *testProcessor) total(tb testing.TB) (n int64) {
	tb.Helper()
	for _, point := range p.metric(tb, "records").DataPoints {
		n += point.Value
	}
	return n
}

// Lines cut off, at every byte, at either end.
func TestTruncatedLines(t *testing.T) {
	p := newTest(t, nil)
	n := int64(0)
	for _, line := range []string{linePassthrough, lineBlocked, lineTCP, lineInbound, jsonPassthrough} {
		var pieces []string
		for i := range len(line) {
			pieces = append(pieces, line[:i], line[i:])
		}
		in := textLogs(pieces...)
		out := p.process(t, in)
		assertSafe(t, out)
		n += int64(len(pieces))
	}
	assert.Equal(t, n, p.total(t), "each has a verdict")
}

// A line without its last column must not be counted as something else. (One
// that ends within its route cannot be told from a route of that name.)
func TestTruncatedBlockedLine(t *testing.T) {
	for i := range strings.LastIndex(lineBlocked, " ") + 1 {
		got := newTest(t, nil).label(t, textLogs(lineBlocked[:i]))
		if name, ok := got["destination_service_name"]; ok { // without its route it looks like an old layout
			assert.Equal(t, "BlackHoleCluster", name, lineBlocked[:i])
		}
	}
}

func TestBinaryLines(t *testing.T) {
	p := newTest(t, nil)
	random := rand.New(rand.NewPCG(3, 4))
	var lines []string
	for range 500 {
		b := []byte(linePassthrough)
		for range random.IntN(20) {
			b[random.IntN(len(b))] = byte(random.IntN(256))
		}
		lines = append(lines, string(b), "[\xff\xfe\x00", "{\xff}", string(b[:random.IntN(len(b))])+"\xc3")
	}
	assertSafe(t, p.process(t, textLogs(lines...)))
	assert.EqualValues(t, len(lines), p.total(t))
}

// Prometheus refuses a request for one label that is not UTF-8.
func TestInvalidUTF8(t *testing.T) {
	host := "h\xff\x01\u0085.example"
	for _, ld := range []plog.Logs{
		textLogs(strings.Replace(linePassthrough, "e3.example", host, 1)),
		textLogs(strings.Replace(jsonPassthrough, "e3.example", host, 1)),
		attributeLogs(t, recommended(map[string]any{"authority": host})),
	} {
		p := newTest(t, map[string]any{"labels": map[string]any{"host": `attributes["authority"]`}})
		out := p.process(t, ld)
		assertSafe(t, out, "host")
		rl := out.ResourceLogs().At(0)
		got := seen(rl, rl.ScopeLogs().At(0), rl.ScopeLogs().At(0).LogRecords().At(0))
		assert.Equal(t, "h\uFFFD\uFFFD\uFFFD.example", got["destination_service"])
		assert.Equal(t, "h\uFFFD\uFFFD\uFFFD.example", got["host"])
	}
}

// Fields of 10 MB: the work is bounded, and what is certain still counts.
func TestHugeFields(t *testing.T) {
	const size = 10 << 20
	for name, filler := range map[string]string{
		"letters": "a", "quotes": `"`, "quotes and spaces": `" `, "columns": ` HTTP/1.1" 200 - 1 `, "protocols": ` HTTP/1.1" `, "brackets": "[]", "braces": "{", "flags": ` - "-" `,
	} {
		huge := strings.Repeat(filler, size/len(filler))
		t.Run(name, func(t *testing.T) {
			for _, field := range []string{"path", "user_agent"} { // on either side of the columns in doubt
				r := outside["PassthroughCluster"]
				clientFields[field](&r, huge)
				for format, write := range map[string]func(requestLine) plog.LogRecord{"text": textRecord(textLayouts["1.9"]), "json": jsonRecord, "attributes": attributeRecord} {
					ld := plog.NewLogs()
					write(r).CopyTo(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
					got := newTest(t, nil).label(t, ld)
					assert.Equal(t, "PassthroughCluster", got["destination_service_name"], "%s in %s", field, format)
				}
			}
			for _, line := range []string{huge, "[" + huge, "{" + huge + "}", `{"a":"` + huge} {
				newTest(t, nil).process(t, textLogs(line))
			}
			r := outside["PassthroughCluster"]
			r.authority = huge
			ld := plog.NewLogs()
			attributeRecord(r).CopyTo(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
			assertSafe(t, newTest(t, map[string]any{"labels": map[string]any{"host": `attributes["authority"]`}}).process(t, ld), "host")
		})
	}
}

// A line that may start at each of its first bytes is not read that often.
func TestManyStarts(t *testing.T) {
	line := strings.Repeat("[", 1024) + strings.Repeat("]", 4<<20) + strings.TrimPrefix(linePassthrough, "[2026-11-23T03:26:42.738Z")
	p := newTest(t, nil)
	p.process(t, textLogs(line))
	assert.EqualValues(t, 1, p.total(t))
}

// JSON of many tiny values must not become many times its size in memory.
func TestManyValues(t *testing.T) {
	line := `{"response_flags":"-","duration":1,"x":[` + strings.Repeat("1,", 2<<20) + "1]}"
	p := newTest(t, nil)
	p.process(t, textLogs(line))
	p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictBadJSON: 1})
}

func TestDeepValues(t *testing.T) {
	const depth = 10_000
	deep := func(v pcommon.Value) {
		for range depth / 2 {
			v = v.SetEmptyMap().PutEmpty("a").SetEmptySlice().AppendEmpty()
		}
		v.SetStr("end")
	}
	p := newTest(t, map[string]any{"labels": map[string]any{"body": `log.body`, "peer": `attributes["deep"]`}})
	ld := attributeLogs(t, recommended(nil))
	lr := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	for _, name := range []string{"deep", "cluster_services", "downstream_peer", "response_code_details"} {
		deep(lr.Attributes().PutEmpty(name))
	}
	deep(lr.Body())
	deep(ld.ResourceLogs().At(0).Resource().Attributes().PutEmpty("k8s.deployment.name"))
	got := p.label(t, ld)
	assert.Equal(t, "PassthroughCluster", got["destination_service_name"])
	assertSafe(t, p.sink.AllLogs()[0], "body", "peer")

	asJSON := `{"response_flags":"-","duration":1,"x":` + strings.Repeat(`{"a":[`, depth) + strings.Repeat("]}", depth) + "}"
	p = newTest(t, nil)
	p.process(t, textLogs(asJSON))
	p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictBadJSON: 1})
}

func TestWrongTypes(t *testing.T) {
	for _, value := range []any{
		true, nil,
		[]any{},
		[]any{1, "x"},
		map[string]any{},
		map[string]any{"a": 1},
		[]byte{0xff, 0},
		"", "-", -1, 1.5, math.Inf(1), math.Inf(-1), math.NaN(),
		math.MaxFloat64, int64(math.MaxInt64), int64(math.MinInt64), "-5", "1e400", "99999999999999999999", "0x10", "12 ", "١٢",
	} {
		for key := range recommended(nil) {
			ld := attributeLogs(t, recommended(map[string]any{key: value}))
			p := newTest(t, nil)
			got := p.label(t, ld)
			assertSafe(t, p.sink.AllLogs()[0])
			assert.EqualValues(t, 1, p.total(t))
			for _, name := range []string{contract.AttrDuration, contract.AttrBytesReceived, contract.AttrBytesSent} {
				if n, ok := got[name]; ok {
					assert.GreaterOrEqual(t, n, int64(0), "%s from %v", name, value)
				}
			}
		}
		body := plog.NewLogs()
		require.NoError(t, body.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().FromRaw(value))
		p := newTest(t, nil)
		p.process(t, body)
		p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictNoFormat: 1})
	}
}

func TestAbsurdNumbers(t *testing.T) {
	for _, n := range []string{"1e400", "-1", "99999999999999999999", strings.Repeat("9", 5000), "1.5", `"1e400"`, "[]", "{}", "true"} {
		line := strings.NewReplacer(`"duration":9`, `"duration":`+n, `"bytes_sent":8`, `"bytes_sent":`+n, `"response_code":200`, `"response_code":`+n).Replace(jsonPassthrough)
		p := newTest(t, nil)
		got := p.label(t, textLogs(line))
		assert.Equal(t, "PassthroughCluster", got["destination_service_name"], n)
		assert.NotContains(t, got, contract.AttrDuration, n)
		assert.NotContains(t, got, contract.AttrBytesSent, n)
		assertSafe(t, p.sink.AllLogs()[0])
	}
	for _, n := range []string{"99999999999999999999", strings.Repeat("9", 900)} {
		line := strings.Replace(linePassthrough, " 7 8 9 1 ", " "+n+" "+n+" "+n+" 1 ", 1)
		got := newTest(t, nil).label(t, textLogs(line))
		assert.Equal(t, "PassthroughCluster", got["destination_service_name"])
		assert.NotContains(t, got, contract.AttrDuration)
		assert.NotContains(t, got, contract.AttrBytesSent)
	}
}

// Host names of any length and number neither grow the memory of label sets
// without bound nor the labels.
func TestRememberedSetsAreBounded(t *testing.T) {
	p := newTest(t, nil)
	long := strings.Repeat("h", 5000)
	p.process(t, textLogs(strings.Replace(linePassthrough, "e3.example", long, 1)))
	p.process(t, textLogs(strings.Replace(linePassthrough, "e3.example", long, 1)))
	assert.EqualValues(t, 1, p.count("label_sets_derived"))
	p.process(t, attributeLogs(t, recommended(map[string]any{"upstream_cluster_raw": long})))
	p.process(t, attributeLogs(t, recommended(map[string]any{"upstream_cluster_raw": long})))
	assert.EqualValues(t, 2, p.count("label_sets_derived"), "long values are remembered by their hash")
}

// Scope attributes and label sets may both be many; their product must not be
// made.
func TestManyScopeAttributesAreNotMultiplied(t *testing.T) {
	const many = 1000
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("proxy")
	for i := range many {
		sl.Scope().Attributes().PutStr(fmt.Sprintf("a%d", i), "v")
		sl.LogRecords().AppendEmpty().Body().SetStr(strings.Replace(linePassthrough, "e3.example", fmt.Sprintf("h%d.example", i), 1))
	}
	out := newTest(t, nil).process(t, ld)
	assert.Equal(t, many, out.LogRecordCount())
	attributes := 0
	for _, rl := range out.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			assert.Equal(t, contract.ScopeName, sl.Scope().Name())
			attributes += sl.Scope().Attributes().Len()
		}
	}
	assert.Less(t, attributes, 20*many)
}

// What a resource says is read for each of its records.
func TestLongResourceAttributesNameNobody(t *testing.T) {
	ld := textLogs(linePassthrough)
	ld.ResourceLogs().At(0).Resource().Attributes().PutStr("workload_name", strings.Repeat("w", attrvalue.MaxLen+1))
	ld.ResourceLogs().At(0).Resource().Attributes().PutStr("namespace", "foo")
	out := newTest(t, nil).process(t, ld).ResourceLogs().At(0)
	got := seen(out, out.ScopeLogs().At(0), out.ScopeLogs().At(0).LogRecords().At(0))
	assert.Equal(t, "unknown", got["source_workload"])
	assert.Equal(t, "foo", got["source_workload_namespace"])
}
