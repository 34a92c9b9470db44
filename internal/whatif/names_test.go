// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// of puts a row into the ledger of a workload.
func of(namespace, workload string, r egress.Row) egress.Row {
	r.Source = egress.Source{Namespace: namespace, Workload: workload, App: workload}
	return r
}

// through is traffic to an address through the entry of its name.
func through(name, address string) egress.Row {
	r := rowOf(egress.TCP, 9000, name, egress.NameProven, address)
	r.Decision, r.Entry, r.ProvenAddresses = egress.Allowed, name, 1
	return r
}

func TestProvenNamesOf(t *testing.T) {
	names := ProvenNamesOf([]egress.Row{
		rowOf(egress.TLS, 443, "Www.example.com", egress.NameProven, "203.0.113.10", "nonsense"),
		of("closed", "batch", through("www.example.com", "203.0.113.10")),
		rowOf(egress.TCP, 443, "www.example.com", egress.NameProven, "::ffff:203.0.113.11"),
		rowOf(egress.TLS, 443, "evil.example.org", egress.NameOfServer, "203.0.113.10"),
		rowOf(egress.TLS, 443, "entry.example.org", egress.NameOfEntry, "203.0.113.10"),
	})
	assert.Equal(t, ProvenNames{
		addrA: {{Name: "www.example.com", By: egress.Witnesses{"closed": {"batch": true}}}},
		addrB: {{Name: "www.example.com", By: egress.Witnesses{}}},
	}, names)
}

// Who owns a name with an entry gives it the address of another name, and breaks nothing
// that others plan.
func TestNamesThatConvince(t *testing.T) {
	set := read(t, entryOf("api", "hosts: [api.example.com], resolution: DNS, "+portOf(443, "TLS")))
	honest := of("closed", "batch", rowOf(egress.TLS, 443, "api.example.com", egress.NameOfServer, "203.0.113.11"))
	learned := of("closed", "batch", rowOf(egress.TCP, 9000, "evil.example.org", egress.NameProven, "203.0.113.11"))
	evil := through("evil.example.org", "203.0.113.11")
	forged := evil // with `resolution: NONE` the client chooses the address
	forged.ProvenAddresses = 0
	for name, c := range map[string]struct {
		others []egress.Row
		want   Outcome
	}{
		"a stranger":                                {[]egress.Row{of("evil", "evil", evil)}, Passes},
		"a stranger with many workloads":            {[]egress.Row{of("evil", "a", evil), of("evil", "b", evil), of("evil", "c", evil)}, Passes},
		"a name that was learned":                   {[]egress.Row{learned, of("evil", "evil", evil)}, Passes},
		"two namespaces":                            {[]egress.Row{of("evil", "evil", evil), of("bank", "web", evil)}, Elsewhere},
		"two namespaces by a Host that each forged": {[]egress.Row{of("evil", "evil", forged), of("bank", "web", forged)}, Passes},
		"the workload itself":                       {[]egress.Row{of("closed", "batch", evil)}, Elsewhere},
	} {
		t.Run(name, func(t *testing.T) {
			names := ProvenNamesOf(append(c.others, honest))
			v := judgeOf(t, Question{Resources: set, Mode: resources.RegistryOnly, ProvenNames: names}).Row(&honest)
			assert.Equal(t, c.want, v.Outcome, v.Text)
		})
	}
}
