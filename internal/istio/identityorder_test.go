// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each field has an origin on both sides, and each origin has a name.
func TestIdentityOrder(t *testing.T) {
	rows := IdentityOrder()
	require.Len(t, rows, len(identityTable))
	seen := map[string]bool{}
	for _, row := range rows {
		assert.False(t, seen[row.Field], row.Field)
		seen[row.Field] = true
		for _, names := range [][]string{row.Proxy, row.Peer} {
			assert.NotEmpty(t, names, row.Field)
			assert.NotContains(t, names, "", row.Field)
		}
	}
}
