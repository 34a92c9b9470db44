// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metrictable"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

type attrs = map[string]any

// counted is what a scope or a record says to count as HTTP.
var counted = attrs{contract.AttrVersion: contract.Version, contract.AttrVerdict: "http", contract.AttrSchema: "istio"}

func with(base, more attrs) attrs {
	all := attrs{}
	for _, m := range []attrs{base, more} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func logs(t *testing.T, scope attrs, records ...attrs) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	require.NoError(t, sl.Scope().Attributes().FromRaw(scope))
	for _, r := range records {
		require.NoError(t, sl.LogRecords().AppendEmpty().Attributes().FromRaw(r))
	}
	return ld
}

// read returns the labels of the sets that the logs make, in order of
// appearance, without those that have their defaults.
func read(ld plog.Logs) (outcomes Outcomes, sets [][]aggregate.Label) {
	r := new(Reader)
	r.Read(ld)
	for _, set := range setsOf(&r.Batch) {
		sets = append(sets, withoutDefaults(set.Labels))
	}
	return r.Outcomes, sets
}

// allMetrics are those of all schemas.
func allMetrics() (o aggregate.Options) {
	o = metrictable.New()
	for i, schema := range contract.Schemas {
		for _, m := range schema.Metrics() {
			o.Metrics = append(o.Metrics, metrictable.Metric(i, m, nil))
		}
	}
	return o
}

// setsOf lists the sets of labels that a batch makes.
func setsOf(b *aggregate.Batch) (sets []*aggregate.LabelSet) {
	s := aggregate.New(allMetrics(), 1)
	s.Apply(b, 1)
	var n aggregate.Snapshot
	for c := s.Collect(1, 1); c.Append(&n, 1); {
	}
	for _, p := range n.Counters {
		if !slices.Contains(sets, p.Set) {
			sets = append(sets, p.Set)
		}
	}
	return sets
}

func withoutDefaults(all []aggregate.Label) (labels []aggregate.Label) {
	for _, l := range all {
		if known, ok := contract.LabelByName(l.Name); !ok || l.Value != known.Default() {
			labels = append(labels, l)
		}
	}
	return labels
}
