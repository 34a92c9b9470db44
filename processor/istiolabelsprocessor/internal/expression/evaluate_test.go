// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

func compile(tb testing.TB, o Options) *Expressions {
	tb.Helper()
	o.Names = attrname.New([]string{"team"}, func(name string) bool { return name == "response_code" })
	e, err := Compile(o, componenttest.NewNopTelemetrySettings())
	require.NoError(tb, err)
	return e
}

// input is a record with these attributes, from which these values were read.
func input(tb testing.TB, attributes map[string]any, values map[accesslog.Op]string) Input {
	tb.Helper()
	rl := plog.NewLogs().ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("where", "resource")
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().Attributes().PutStr("where", "scope")
	lr := sl.LogRecords().AppendEmpty()
	require.NoError(tb, lr.Attributes().FromRaw(attributes))
	rec := new(accesslog.Record)
	for op, v := range values {
		rec.Set(op, v)
	}
	labels := &contract.LabelSet{}
	labels[contract.Reporter] = "source"
	return Input{Resource: rl, Scope: sl, Log: lr, Values: rec, Labels: labels}
}

// valueOf evaluates one label.
func valueOf(tb testing.TB, text string, in Input) string {
	tb.Helper()
	r, err := compile(tb, Options{Labels: map[string]string{"x": text}, ErrorMode: ottl.IgnoreError}).NewEvaluator().Evaluate(tb.Context(), in)
	require.NoError(tb, err)
	require.True(tb, r.Holds)
	return r.Values[0]
}

func TestWhatExpressionsSee(t *testing.T) {
	attributes := map[string]any{
		"team": "a", "free": "b", "dash": "-", "source_workload": "forged", contract.AttrVerdict: "forged", "response_code": "999", "number": 5, "on": true,
	}
	in := input(t, attributes, map[accesslog.Op]string{accesslog.ResponseCode: "200", accesslog.Method: "-", accesslog.Path: "/x", accesslog.UpstreamHost: "203.0.113.10:80"})
	in.Values.SetExtra("REQ(X-A)", "extra")
	in.HasIP = true
	for text, want := range map[string]string{
		`attributes["team"]`:                         "a",
		`log.attributes["free"]`:                     "b",
		`attributes["dash"]`:                         istio.Unknown,
		`attributes["source_workload"]`:              istio.Unknown,
		`attributes["` + contract.AttrVerdict + `"]`: istio.Unknown,
		`attributes["response_code"]`:                "200",
		`attributes["method"]`:                       istio.Unknown,
		`attributes["path"]`:                         "/x",
		`attributes["REQ(X-A)"]`:                     "extra",
		`attributes["reporter"]`:                     "source",
		`attributes["destination_ip"]`:               "203.0.113.10",
		`attributes["number"]`:                       "5",
		`attributes["on"]`:                           "true",
		`resource.attributes["where"]`:               "resource",
		`instrumentation_scope.attributes["where"]`:  "scope",
		`attributes`:                                 "",
	} {
		got := valueOf(t, text, in)
		if text == `attributes` {
			assert.True(t, strings.HasPrefix(got, `{"`), got)
			continue
		}
		assert.Equal(t, want, got, text)
	}
	assert.Equal(t, attributes["source_workload"], in.Log.Attributes().AsRaw()["source_workload"], "the record is as it was")
}

func TestConditionsAreAlternatives(t *testing.T) {
	for name, tc := range map[string]struct {
		conditions []string
		holds      bool
		errors     int
	}{
		"none":           {nil, true, 0},
		"one":            {[]string{`attributes["a"] == "1"`}, true, 0},
		"no one":         {[]string{`attributes["a"] == "2"`}, false, 0},
		"the second":     {[]string{`attributes["a"] == "2"`, `log.attributes["a"] == "1"`}, true, 0},
		"one that fails": {[]string{`ParseJSON(attributes["a"]) == "x"`, `attributes["a"] == "1"`}, true, 1},
		"all fail":       {[]string{`ParseJSON(attributes["b"]) == "x"`}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			e := compile(t, Options{Labels: map[string]string{"x": `attributes["a"]`}, Conditions: tc.conditions, ErrorMode: ottl.IgnoreError})
			r, err := e.NewEvaluator().Evaluate(t.Context(), input(t, map[string]any{"a": "1", "b": "{"}, nil))
			require.NoError(t, err)
			assert.Equal(t, tc.holds, r.Holds)
			assert.Equal(t, tc.errors, r.Errors)
			assert.Equal(t, tc.holds, len(r.Values) == 1)
		})
	}
}

func TestLabelsAreInOrder(t *testing.T) {
	e := compile(t, Options{Labels: map[string]string{"b": `"2"`, "a": `"1"`, "c": `"3"`}})
	assert.Equal(t, []string{"a", "b", "c"}, e.Labels())
	r, err := e.NewEvaluator().Evaluate(t.Context(), input(t, nil, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2", "3"}, r.Values)
	assert.Empty(t, compile(t, Options{}).Labels(), "no expressions have no labels")
}

// Nothing of the last record stays, however large it was.
func TestRelease(t *testing.T) {
	e := compile(t, Options{Labels: map[string]string{"a": `attributes["large"]`}}).NewEvaluator()
	r, err := e.Evaluate(t.Context(), input(t, map[string]any{"large": strings.Repeat("x", 1<<10)}, nil))
	require.NoError(t, err)
	assert.NotEmpty(t, r.Values[0])
	e.Release()
	assert.Empty(t, r.Values[0])
	assert.Zero(t, e.seen.Attributes().Len())
}

func TestErrorsNameKeyAndExpression(t *testing.T) {
	_, err := Compile(Options{Labels: map[string]string{"a": "???"}, Conditions: []string{"!!!"}}, componenttest.NewNopTelemetrySettings())
	require.ErrorContains(t, err, "`labels::a`")
	require.ErrorContains(t, err, "`conditions[0]`")
}

// Whatever value an expression ends in, its text is fit to be shown.
func FuzzTextOf(f *testing.F) {
	f.Add("text", 1.5)
	f.Add("\xff\x00", -1.0)
	f.Fuzz(func(t *testing.T, s string, n float64) {
		m := pcommon.NewMap()
		m.PutStr(s, s)
		m.PutEmptySlice("list").AppendEmpty().SetDouble(n)
		value := pcommon.NewValueMap()
		m.CopyTo(value.Map())
		for _, v := range []any{nil, s, n, int64(n), n > 0, []byte(s), m, value, value.Map(), []any{s, n}, map[string]any{s: n}} {
			text := istio.SafeValue(textOf(v))
			assert.Equal(t, contract.CleanValue(text), text)
		}
	})
}
