// SPDX-License-Identifier: Apache-2.0

package flood

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

func TestDestinations(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range []int{0, 1, octets, octets * octets, octets * octets * octets, 123_456, MaxDestinations - 1} {
		a := Address(n)
		_, err := netip.ParseAddr(a)
		require.NoError(t, err, a)
		assert.Len(t, a, len(Address(0)))
		assert.Len(t, Host(n), len(Host(0)))
		seen[a], seen[Host(n)] = true, true
	}
	assert.Len(t, seen, 14)
}

// Each line of a request names its destination wherever it named the first one.
func TestRequest(t *testing.T) {
	for _, kind := range []Kind{Connections, Blocked, Requests} {
		r, err := Flood{Kind: kind, Workload: "w"}.request(3, 20)
		require.NoError(t, err)
		for _, first := range []int{7_654_321, 0, 999_990} {
			message := plogotlp.NewExportRequest()
			require.NoError(t, message.UnmarshalProto(r.to(first, 1_000_000)))
			records := message.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
			require.Equal(t, 20, records.Len())
			for i, lr := range records.All() {
				want := kind.line(string(kind.appendTo(nil, (first+i)%1_000_000)))
				assert.Equal(t, want, lr.Body().Str())
			}
		}
		workload, _ := r.workload(t)
		assert.Equal(t, "w3", workload)
	}
	assert.Equal(t, 2, strings.Count(Connections.line(Address(5)), Address(5)))
}

func (r *request) workload(t *testing.T) (name, namespace string) {
	t.Helper()
	message := plogotlp.NewExportRequest()
	require.NoError(t, message.UnmarshalProto(r.bytes))
	a := message.Logs().ResourceLogs().At(0).Resource().Attributes().AsRaw()
	name, _ = a["k8s.deployment.name"].(string)
	namespace, _ = a["k8s.namespace.name"].(string)
	return name, namespace
}
