// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// full is a ledger of 20 000 rows in no order, as the connector gives them.
func full() (rows fixed) {
	for i := range 20_000 {
		n := i * 7919 % 20_000
		r := row(fmt.Sprintf("host-%d.example.com", n%1000))
		r.Source.Workload, r.Connections = fmt.Sprintf("workload-%d", n/1000), int64(n)
		r.Addresses = []string{fmt.Sprintf("203.0.%d.%d", n%1000/250, n%250)}
		rows = append(rows, r)
	}
	return rows
}

// BenchmarkAnswer asks for 200 of 20 000 rows. Answers within a second share a snapshot.
func BenchmarkAnswer(b *testing.B) {
	for _, view := range []struct{ name, path string }{
		{"HTML", "/destinations?sort=count&order=desc&page=50"},
		{"JSON", "/api/v1/egress?sort=count&order=desc&page=50"},
		{"overview", "/"},
	} {
		for _, fresh := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/fresh=%t", view.name, fresh), func(b *testing.B) {
				l := NewLedgers()
				now := noon
				l.now = func() time.Time { return now }
				l.Register("istio_egress", full())
				h, err := NewHandler(Options{Ledgers: l})
				require.NoError(b, err)
				b.ReportAllocs()
				for b.Loop() {
					if fresh {
						now = now.Add(time.Minute)
					}
					w := httptest.NewRecorder()
					h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, view.path, nil))
					require.Equal(b, http.StatusOK, w.Code)
				}
			})
		}
	}
}

var _ egress.Ledger = fixed(nil)
