// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// A workload of the same namespace sends one forged name with another protocol.
func TestForgedProtocol(t *testing.T) {
	evil := func(r *egress.Row) {
		r.Source, r.Addresses, r.Connections = egress.Source{Namespace: "shop", Workload: "evil", App: "evil"}, []string{"198.51.100.66"}, 1
		r.Days, r.FirstSeen = 1, r.LastSeen
	}
	grpc := func(r *egress.Row) { r.Traffic = egress.GRPC }
	early := func(r *egress.Row) { r.FirstSeen = r.FirstSeen.Add(-time.Hour) }
	later := func(r *egress.Row) { r.LastSeen = r.LastSeen.Add(time.Hour) }
	for _, tc := range []struct {
		name string
		rows []egress.Row
		want string
	}{
		{"TLS on a port of HTTP", []egress.Row{row(http), row(port(80), evil)}, "shop/api.example.com api.example.com DNS http-80"},
		{"HTTP on a port of TLS", []egress.Row{row(), row(http, port(443), evil)}, "shop/api.example.com api.example.com DNS tls-443"},
		{"HTTP on a port of gRPC", []egress.Row{row(http, grpc), row(http, evil)}, "shop/api.example.com api.example.com DNS grpc-80"},
		{"gRPC on a port of HTTP", []egress.Row{row(http), row(http, grpc, evil)}, "shop/api.example.com api.example.com DNS http-80"},
		{"on as many days, by fewer workloads", []egress.Row{row(http), row(http, from("shop", "cart", "cart")), row(port(80), evil, days(0b11))}, "shop/api.example.com api.example.com DNS http-80"},
		{"on as many days, but later", []egress.Row{row(http, early), row(port(80), evil, days(0b11))}, "shop/api.example.com api.example.com DNS http-80"},
		{"as much of both", []egress.Row{row(http), row(port(80))}, "shop/api.example.com api.example.com DNS tls-80"},
		{"TLS where an entry lets HTTP through", []egress.Row{row(http, by("api.example.com"), days(1)), row(port(80), evil, days(0b111))}, ""},
		{
			"TLS since an entry let HTTP through",
			[]egress.Row{row(http, by("api.example.com"), days(0b111)), row(port(80), by("api.example.com"), later), row(port(80), from("shop", "cart", "cart"), later)},
			"shop/api.example.com api.example.com DNS tls-80",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var want []string
			if tc.want != "" {
				want = []string{tc.want}
			}
			assert.Equal(t, want, entryLines(Suggest(tc.rows, settings(withoutSidecars)).Documents))
		})
	}
}
