// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"fmt"
	"testing"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// BenchmarkRows judges a large ledger by a large number of resources.
func BenchmarkRows(b *testing.B) {
	const entries, rows = 3000, 20000
	var set resources.Set
	for i := range entries {
		set.ServiceEntries = append(set.ServiceEntries, resources.ServiceEntry{
			Metadata: resources.Meta{Name: fmt.Sprint("e", i), Namespace: "closed"},
			Spec: resources.ServiceEntrySpec{
				Hosts: []string{fmt.Sprintf("h%d.example.com", i)}, Resolution: resources.DNS,
				Ports: []resources.Port{{Number: 80, Protocol: "HTTP"}, {Number: 443, Protocol: "TLS"}},
			},
		})
	}
	for i := range 200 {
		set.Sidecars = append(set.Sidecars, resources.Sidecar{
			Metadata: resources.Meta{Name: fmt.Sprint("s", i), Namespace: "closed"},
			Spec: resources.SidecarSpec{
				WorkloadSelector: &resources.WorkloadSelector{Labels: map[string]string{"app": fmt.Sprint("a", i)}},
				Egress:           []resources.EgressListener{{Hosts: []string{"*/*"}}},
			},
		})
	}
	ledger := make([]egress.Row, rows)
	for i := range ledger {
		ledger[i] = rowOf(egress.TLS, 443, fmt.Sprintf("h%d.example.com", i), egress.NameOfServer, "203.0.113.10")
		ledger[i].Source.App = fmt.Sprint("a", i%10)
	}
	for b.Loop() {
		judgeOf(b, Question{Resources: set, Mode: resources.RegistryOnly}).Rows(ledger)
	}
}
