package enrich

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
)

// What a sender says of itself is remembered, but not if it says a lot: the
// workload is the same.
func TestLongReportersAreNotRemembered(t *testing.T) {
	for name, tc := range map[string]struct {
		pod        string
		remembered int
	}{
		"short": {"web-1", 1},
		"long":  {strings.Repeat("w", maxRemembered), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var rec accesslog.Record
			rec.Set(accesslog.NodeWorkload, "web")
			rec.Set(accesslog.NodeNamespace, "shop")
			rec.Set(accesslog.NodePod, tc.pod)
			var r reporters
			for range 2 {
				assert.Equal(t, addressnames.Source{Namespace: "shop", Workload: "web"}, r.of(&rec, new(istio.Facts)))
			}
			remembered := 0
			for i := range r {
				if r[i].inputs.Len() > 0 {
					remembered++
				}
			}
			assert.Equal(t, tc.remembered, remembered)
		})
	}
}
