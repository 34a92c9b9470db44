// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// FuzzSuggest takes the texts of a row from whoever sends them. Whatever they are, the
// file holds the resources that were meant, and none of the bytes that were not checked.
func FuzzSuggest(f *testing.F) {
	f.Add("shop", "web", "web", "api.example.com", "203.0.113.10", "api.example.com", uint8(2), uint8(3), uint8(1), uint16(443))
	f.Add("shop", "web", "web", "a.example.com\n---\nkind: Secret", "203.0.113.10\n", "*.example.com", uint8(2), uint8(3), uint8(2), uint16(80))
	f.Add("a: b", "w # x", "a\nb", "203.0.113.10", "::ffff:203.0.113.10", "x\n", uint8(1), uint8(0), uint8(3), uint16(1))
	f.Add("shop", "web", "-", "office", "fe80::1%eth0", "", uint8(4), uint8(4), uint8(2), uint16(0))
	f.Add("shop", "web", "No", "*.\u2028.example.com", "1.1", "a", uint8(3), uint8(3), uint8(3), uint16(65535))
	f.Fuzz(func(t *testing.T, namespace, workload, app, destination, address, entry string, traffic, source, decision uint8, port uint16) {
		r := row(from(namespace, workload, app), to(destination), at(address))
		r.Traffic, r.NameSource, r.Decision, r.Entry, r.Port, r.OtherPorts = egress.Traffic(traffic%6), egress.NameSource(source%8), egress.Decision(decision%4), entry, port, port == 0
		s := settings(networks, func(s *Settings) { s.Sidecars, s.Allowed = SidecarsAlways, port%2 == 0 })
		result := Suggest([]egress.Row{r, row(from("shop", "other", "other"), to("b.example.com"))}, s)
		text := result.YAML("")
		for i := range text {
			require.True(t, text[i] == '\n' || ' ' <= text[i] && text[i] <= '~')
		}
		read := resources.Read("f", text, "")
		require.Empty(t, read.Problems)
		assert.Empty(t, read.NotConsidered)
		assert.Len(t, result.Documents, len(read.ServiceEntries)+len(read.Sidecars))
		oneEntryPerHost(t, &result)
		ids := map[resources.ID]bool{}
		for _, d := range result.Documents {
			assert.False(t, ids[d.ID], "two documents of one name")
			ids[d.ID] = true
		}
		for _, e := range read.ServiceEntries {
			for _, h := range e.Spec.Hosts {
				assert.True(t, isHost(h))
				assert.Contains(t, h, ".")
			}
			assert.NotEqual(t, []string{"*"}, e.Spec.ExportTo)
			for _, p := range e.Spec.Ports {
				// A TCP entry without addresses opens a port for every address.
				assert.True(t, p.Protocol != protocolTCP || len(e.Spec.Addresses) > 0)
			}
		}
	})
}
