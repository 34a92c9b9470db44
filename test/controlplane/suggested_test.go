// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Istio takes each form of resource that the project suggests.
func TestSuggestedResources(t *testing.T) {
	resources, err := readResources([]string{filepath.Join("..", "..", "internal", "suggest", "testdata", "every-form.yaml")})
	require.NoError(t, err)
	kinds := map[string]int{}
	for _, r := range resources {
		kinds[r.GroupVersionKind.Kind]++
	}
	assert.Equal(t, map[string]int{"ServiceEntry": 10, "Sidecar": 9}, kinds)
}
