// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// compare holds the sums over all lives of all series against what was sent.
func compare(t *testing.T, sent *reference, in *store) {
	t.Helper()
	fine := sums[row]{}
	addresses, hosts := sums[metricValue]{}, sums[metricValue]{}
	overflow, nameless := false, false
	for _, s := range in.series {
		if strings.Contains(s.component, "_bucket") || strings.HasSuffix(s.component, "_messages_total") {
			continue
		}
		fine[s.row()] += s.sum()
		addresses[metricValue{s.component, s.labels[ipLabel]}] += s.sum()
		hosts[metricValue{s.component, s.labels[hostLabel]}] += s.sum()
		if s.labels["otel_metric_overflow"] == "true" {
			overflow = true
			nameless = nameless || s.row().workload == "" && !isHistogram(s.component)
		}
	}
	equal(t, sent.fine.by(row.total), fine.by(row.total))
	if !nameless {
		equal(t, sent.fine.by(row.kept), fine.by(row.kept))
	}
	if !overflow {
		equal(t, sent.fine, fine)
	}
	for of, n := range hosts {
		if of.value != "" && of.value != other && of.value != knownHost && of.value != istio.Unknown {
			assert.LessOrEqual(t, n, sent.hosts[of], "%v: others' records are counted under it", of)
		}
	}
	for of, n := range addresses {
		if network, err := netip.ParsePrefix(of.value); err == nil {
			assert.LessOrEqual(t, n, sent.within(of.metric, network), of)
		} else if _, err := netip.ParseAddr(of.value); err == nil {
			assert.LessOrEqual(t, n, sent.addresses[of], of)
		}
	}
}

// equal compares without what is zero, and says what differs.
func equal[K comparable](t *testing.T, want, got sums[K]) {
	t.Helper()
	isZero := func(_ K, n float64) bool { return n == 0 }
	want, got = maps.Clone(want), maps.Clone(got)
	maps.DeleteFunc(want, isZero)
	maps.DeleteFunc(got, isZero)
	var diffs []string
	for k, n := range want {
		if got[k] != n {
			diffs = append(diffs, fmt.Sprintf("want %v, got %v: %v", n, got[k], k))
		}
	}
	for k, n := range got {
		if _, ok := want[k]; !ok {
			diffs = append(diffs, fmt.Sprintf("unexpected %v: %v", n, k))
		}
	}
	slices.Sort(diffs)
	assert.Empty(t, diffs)
}
