// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"testing"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/test/pagetest"
)

var start = time.Now().UTC().Add(-72 * time.Hour).Truncate(time.Second)

// serve runs the extension with rows and returns the URL of the page.
func serve(t *testing.T, rows []egress.Row) string {
	t.Helper()
	return pagetest.Serve(t, pagetest.Ledger{Since: start, All: rows})
}

// row is traffic of a workload of the namespace shop.
func row(workload, destination string, change ...func(*egress.Row)) egress.Row {
	r := egress.Row{
		Key: egress.Key{
			Source:      egress.Source{Namespace: "shop", Workload: workload, App: workload},
			Destination: destination, NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts:    egress.Counts{Connections: 12, SentBytes: 34_567, ReceivedBytes: 890_123},
		FirstSeen: start, LastSeen: start.Add(71 * time.Hour), Days: 0b1111, Addresses: []string{"203.0.113.10"},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func blocked(r *egress.Row) {
	r.Decision, r.Counts = egress.Blocked, egress.Counts{Connections: 1}
	r.FirstSeen = time.Now().UTC().Add(-10 * time.Minute)
	r.LastSeen = r.FirstSeen
}

func allowed(r *egress.Row) {
	r.Decision, r.NameSource, r.Entry, r.Traffic, r.Port = egress.Allowed, egress.NameOfEntry, r.Destination, egress.HTTP, 80
	r.Counts = egress.Counts{Requests: 4321, SentBytes: 1 << 20, ReceivedBytes: 5 << 20}
}

func address(r *egress.Row) {
	r.NameSource, r.Traffic, r.Port, r.Addresses = egress.NoName, egress.TCP, 9000, []string{r.Destination}
}

// shop is what a small mesh does: five workloads, each kind of row.
func shop() []egress.Row {
	return []egress.Row{
		row("web", "www.example.com"),
		row("web", "api.example.com", allowed),
		row("cart", "api.example.com", allowed),
		row("cart", "cards.example.net", blocked),
		row("batch", "198.51.100.7", address, blocked),
		row("batch", "203.0.113.22", address),
		row("mail", "mail.example.org", func(r *egress.Row) { r.Addresses = []string{"203.0.113.10"} }),
		row("search", "xn--bcher-kva.example"),
		row("search", "203.0.113.22", address, func(r *egress.Row) { r.Port, r.OtherPorts = 0, true }),
		row("search", "", func(r *egress.Row) {
			r.Overflow, r.NameSource, r.Traffic, r.Port, r.Addresses = true, egress.NoName, egress.NoTraffic, 0, nil
		}),
	}
}

// many is a ledger that is full.
func many() (rows []egress.Row) {
	for i := range 20_000 {
		rows = append(rows, row(fmt.Sprintf("workload-%d", i%500), fmt.Sprintf("host-%d.example.com", i)))
	}
	return rows
}
