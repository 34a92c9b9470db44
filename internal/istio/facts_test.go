// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Facts that differ in any field must not share a remembered label set.
func TestKeysOfFactsDiffer(t *testing.T) {
	one := []Facts{
		{Verdict: contract.VerdictHTTP},
		{HTTP: true},
		{GRPC: true},
		{Blocked: true},
		{Ambiguous: true},
		{direction: names.Waypoint},
		{gateway: true},
		{sentServerName: true},
	}
	// The domains depend on the node id, which is one of the Inputs, alone.
	require.Len(t, one, reflect.TypeFor[Facts]().NumField()-1, "one for each field")
	facts := append([]Facts{{}, {Verdict: contract.VerdictTCP}, {direction: names.Inbound}, {direction: names.Outbound}}, one...)
	seen := map[string]Facts{}
	for _, f := range facts {
		key := string(f.AppendKey(nil))
		assert.NotContains(t, seen, key, "%+v", f)
		assert.Less(t, key[0], byte(16), "other keys begin with larger bytes")
		seen[key] = f
	}
	assert.Equal(t, facts[0].AppendKey(nil), new(Facts).AppendKey(nil))
}
