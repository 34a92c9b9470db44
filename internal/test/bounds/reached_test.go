// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// reached is how far scenarios went: that they exceed no bound shows something
// only if they come to it.
type reached struct {
	// limits are the labels of which as many values lived as may.
	limits map[string]bool
	// beyond is the most values that showed beyond a limit since slots changed hands,
	// and late how many records came after their value had lost its slot.
	beyond, late int
	// maxSeries is the largest share of max_series that lived.
	maxSeries float64
	// lives is the most that a series had, wentOn the number of ends after which
	// a life went on.
	lives, wentOn int
	// ended counts sets of labels by why they ended, overflowed the records in
	// overflow series.
	ended      map[string]int64
	overflowed int64
}

func newReached() reached {
	return reached{limits: map[string]bool{}, ended: map[string]int64{}}
}

// reachedBy tells how far a pipeline went that has been shut down.
func reachedBy(t *testing.T, p *pipeline, in *store, counters bool) reached {
	t.Helper()
	r := newReached()
	for label, limit := range in.rules.limits {
		r.limits[label] = in.most.values[label] >= limit
	}
	r.maxSeries = float64(in.most.live) / float64(in.rules.maxSeries)
	r.lives, r.wentOn = in.most.lives, in.most.wentOn
	r.beyond, r.late = in.most.beyond, in.witness.late
	if !counters {
		return r // those of all connectors are together
	}
	r.ended = p.counter(t, "ended_label_sets", "cause")
	r.overflowed = p.counter(t, "overflowed_records", "")[""]
	return r
}

// add makes it as far as both.
func (r *reached) add(o reached) {
	for label, full := range o.limits {
		r.limits[label] = r.limits[label] || full
	}
	for cause, n := range o.ended {
		r.ended[cause] += n
	}
	r.maxSeries, r.lives = max(r.maxSeries, o.maxSeries), max(r.lives, o.lives)
	r.wentOn += o.wentOn
	r.beyond, r.late = max(r.beyond, o.beyond), r.late+o.late
	r.overflowed += o.overflowed
}

// enoughOfMaxSeries is a share of max_series. What is committed to series that
// never began, and kept for workloads that never overflow, leaves a little room.
const enoughOfMaxSeries = .8

func (r *reached) check(t *testing.T) {
	t.Helper()
	for _, label := range []string{ipLabel, hostLabel, nameLabel, codeLabel, pathLabel, peerLabel} {
		assert.True(t, r.limits[label], "%s never had all its values", label)
	}
	assert.Greater(t, r.maxSeries, enoughOfMaxSeries, "share of max_series")
	for _, cause := range []string{"idle", "slot_lost"} {
		assert.Positive(t, r.ended[cause], "%s ended nothing", cause)
	}
	assert.Positive(t, r.beyond, "no slot changed hands while its old value showed")
	assert.Positive(t, r.late, "no record was late")
	assert.Positive(t, r.overflowed, "nothing overflowed")
	assert.Greater(t, r.lives, 1, "no series came back")
	assert.Positive(t, r.wentOn, "no end was overtaken by a record")
}

func (r reached) String() string {
	return fmt.Sprintf("%d lives of one series, %d went on after an end; sets ended: %v; %d records overflowed", r.lives, r.wentOn, r.ended, r.overflowed)
}

// counter is one of the connector's own, by an attribute. It is empty as long as
// there was nothing to count.
func (p *pipeline) counter(t *testing.T, name string, by attribute.Key) map[string]int64 {
	t.Helper()
	values := map[string]int64{}
	m, err := p.telemetry.GetMetric("otelcol_connector_istio_metrics_" + name)
	if err != nil {
		return values
	}
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(t, ok, name)
	for _, point := range sum.DataPoints {
		value, _ := point.Attributes.Value(by)
		values[value.AsString()] += point.Value
	}
	return values
}
