// SPDX-License-Identifier: Apache-2.0

package label

import (
	"fmt"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/expression"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

type values map[accesslog.Op]string

// request is a request of a workload that left the mesh.
func factsOf(rec *accesslog.Record) *istio.Facts {
	f := new(istio.Options).Classify(rec)
	return &f
}

func request(more values) *accesslog.Record {
	rec := new(accesslog.Record)
	for _, vs := range []values{{
		accesslog.Protocol: "HTTP/1.1", accesslog.Method: "GET", accesslog.ResponseCode: "200", accesslog.ResponseFlags: "-",
		accesslog.RouteName: "allow_any", accesslog.UpstreamCluster: "PassthroughCluster", accesslog.Authority: "e3.example",
		accesslog.ListenerDirection: "2", accesslog.NodeWorkload: "sleep", accesslog.NodeNamespace: "default",
	}, more} {
		for op, v := range vs {
			rec.Set(op, v)
		}
	}
	return rec
}

func toService(more values) *accesslog.Record {
	rec := request(values{accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||b.a.svc.cluster.local"})
	for op, v := range more {
		rec.Set(op, v)
	}
	return rec
}

func newLabels(tb testing.TB, hostApart bool, o expression.Options) *Labels {
	tb.Helper()
	o.Names = attrname.New(nil, func(string) bool { return false })
	compiled, err := expression.Compile(o, componenttest.NewNopTelemetrySettings())
	require.NoError(tb, err)
	return New(Options{
		Rules:       istio.Options{Schema: contract.SchemaIstio, HostHeaderFallback: istio.FallbackOutbound, BlockedWithoutCluster: istio.BlackHoleCluster},
		Expressions: compiled, HostApart: hostApart, Maker: &labelset.Maker{Schema: contract.SchemaIstio},
	})
}

func (w *Labeler) find(tb testing.TB, rec *accesslog.Record) Found {
	tb.Helper()
	rl := plog.NewLogs().ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	found, err := w.Label(tb.Context(), Input{Resource: rl, Scope: sl, Log: sl.LogRecords().AppendEmpty(), Values: rec}, factsOf(rec))
	require.NoError(tb, err)
	return found
}

func TestRecordsThatAreAlikeShareASet(t *testing.T) {
	labels := newLabels(t, false, expression.Options{})
	one, other := labels.NewLabeler(), labels.NewLabeler()
	first := one.find(t, request(nil))
	assert.EqualValues(t, 1, first.Derived)
	assert.Equal(t, "e3.example", first.Set.Labels[contract.DestinationService])
	for _, w := range []*Labeler{one, other, one} {
		again := w.find(t, request(values{accesslog.Path: "/other", accesslog.UpstreamHost: "203.0.113.7:80", accesslog.Duration: "9"}))
		assert.Same(t, first.Set, again.Set)
		assert.Zero(t, again.Derived)
	}
	for op, v := range (values{accesslog.ResponseCode: "503", accesslog.NodeWorkload: "w", accesslog.Authority: "h", accesslog.UpstreamCluster: strings.Repeat("c", 2*MaxSpelled)}) {
		found := one.find(t, request(values{op: v}))
		assert.NotSame(t, first.Set, found.Set, op.Key())
		assert.Same(t, found.Set, one.find(t, request(values{op: v})).Set, op.Key())
	}
}

// What was found beside the log and is no input of labels gives no other set; what is
// one does.
func TestEnrichedRecords(t *testing.T) {
	w := newLabels(t, false, expression.Options{}).NewLabeler()
	plain := w.find(t, toService(nil)).Set
	named := toService(nil)
	named.DestinationHost, named.DestinationHostSource = "api.example.com", string(contract.NameProven)
	assert.Same(t, plain, w.find(t, named).Set)

	known := w.find(t, toService(values{accesslog.UpstreamWorkload: "b-v1;a;b;v1;Kubernetes"})).Set
	assert.Equal(t, "unknown", plain.Labels[contract.DestinationWorkload])
	assert.Equal(t, "b-v1", known.Labels[contract.DestinationWorkload])
}

// Where nothing but destination_service depends on the host, all hosts share a
// set, which is what it would be without one.
func TestHostApart(t *testing.T) {
	w := newLabels(t, true, expression.Options{}).NewLabeler()
	first := w.find(t, request(nil))
	assert.Equal(t, "e3.example", first.Host)
	assert.Equal(t, istio.Unknown, first.Set.Labels[contract.DestinationService])
	assert.Equal(t, contract.PassthroughCluster, first.Set.Labels[contract.DestinationServiceName])
	assert.Empty(t, first.Set.Bounded)
	for n := range 1000 {
		rec := request(values{accesslog.Authority: fmt.Sprintf("h%d.example", n)})
		found := w.find(t, rec)
		require.Same(t, first.Set, found.Set)
		require.Equal(t, rec.Get(accesslog.Authority), found.Host)
	}
	assert.Empty(t, w.find(t, request(values{accesslog.Authority: istio.Unknown})).Host, "says nothing")
	assert.Empty(t, w.find(t, request(values{accesslog.Authority: "-"})).Host)
	assert.Equal(t, "\uFFFD", w.find(t, request(values{accesslog.Authority: "\xff"})).Host, "fit to be shown")

	service := w.find(t, toService(nil))
	assert.Empty(t, service.Host)
	assert.Equal(t, "b.a.svc.cluster.local", service.Set.Labels[contract.DestinationService])
}

// Whatever the host is: put in place, it gives the set that it has when it does
// not stand apart.
func FuzzHostApart(f *testing.F) {
	f.Add("e3.example", "allow_any", "PassthroughCluster")
	f.Add("PassthroughCluster", "block_all", "-")
	f.Add("unknown", "default", "outbound|80||b.a.svc.cluster.local")
	f.Add("\xff\x00", "", "")
	f.Fuzz(func(t *testing.T, host, route, cluster string) {
		rec := request(values{accesslog.Authority: host, accesslog.RouteName: route, accesslog.UpstreamCluster: cluster})
		together := newLabels(t, false, expression.Options{}).NewLabeler().find(t, rec)
		found := newLabels(t, true, expression.Options{}).NewLabeler().find(t, rec)
		assert.Equal(t, host, rec.Raw(accesslog.Authority), "the record is as it was")
		got := found.Set.Labels
		if found.Host != "" {
			got[contract.DestinationService] = found.Host
		}
		assert.Equal(t, together.Set.Labels, got)
		assert.Equal(t, together.Set.Verdict, found.Set.Verdict)
		assert.Equal(t, together.Set.Reporter, found.Set.Reporter)
	})
}

func TestExpressions(t *testing.T) {
	w := newLabels(t, true, expression.Options{
		Labels:     map[string]string{"method": `attributes["method"]`, "source_app": `"mine"`, "destination_service": `"chosen"`},
		Conditions: []string{`attributes["response_code"] == "200"`},
		ErrorMode:  ottl.IgnoreError,
	}).NewLabeler()
	first := w.find(t, request(nil))
	assert.Empty(t, first.Host, "an expression may make any label of the host")
	assert.Equal(t, "mine", first.Set.Labels[contract.SourceApp])
	assert.Equal(t, "chosen", first.Set.Labels[contract.DestinationService])
	assert.Equal(t, istio.ClaimedService, first.Set.Claims[contract.DestinationService])
	assert.Equal(t, []labelset.Extra{{Name: "method", Value: "GET"}}, first.Set.Extra)

	post := w.find(t, request(values{accesslog.Method: "POST"}))
	assert.Equal(t, []labelset.Extra{{Name: "method", Value: "POST"}}, post.Set.Extra)
	assert.Equal(t, []labelset.Extra{{Name: "method", Value: "GET"}}, first.Set.Extra, "a set does not change")
	assert.Same(t, first.Set, w.find(t, request(nil)).Set)
	assert.Nil(t, w.find(t, request(values{accesslog.ResponseCode: "503"})).Set)
}

func TestExpressionErrors(t *testing.T) {
	failing := expression.Options{Labels: map[string]string{"n": `ParseJSON(attributes["method"])`}, ErrorMode: ottl.IgnoreError}
	found := newLabels(t, false, failing).NewLabeler().find(t, request(nil))
	assert.EqualValues(t, 1, found.Errors)
	assert.Equal(t, []labelset.Extra{{Name: "n", Value: istio.Unknown}}, found.Set.Extra)

	failing.ErrorMode = ottl.PropagateError
	rl := plog.NewLogs().ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	rec := request(nil)
	found, err := newLabels(t, false, failing).NewLabeler().Label(t.Context(), Input{Resource: rl, Scope: sl, Log: sl.LogRecords().AppendEmpty(), Values: rec}, factsOf(rec))
	require.Error(t, err)
	assert.Nil(t, found.Set)
	assert.EqualValues(t, 1, found.Errors)
}

// Sets that are too long to be remembered are made anew.
func TestLongSetsAreNotRemembered(t *testing.T) {
	labels := map[string]string{}
	for i := range contract.MaxExtraLabels {
		labels[fmt.Sprintf("l%d", i)] = `attributes["user_agent"]`
	}
	l := newLabels(t, false, expression.Options{Labels: labels, ErrorMode: ottl.IgnoreError})
	w := l.NewLabeler()
	short, long := request(values{accesslog.UserAgent: "a"}), request(values{accesslog.UserAgent: strings.Repeat("a", contract.MaxValueLen)})
	first, again := w.find(t, short).Set, w.find(t, short).Set
	assert.Same(t, first, again)
	first, again = w.find(t, long).Set, w.find(t, long).Set
	assert.NotSame(t, first, again)
	assert.Equal(t, 2, l.sets.Len(), "the derived one, and the short one")
}
