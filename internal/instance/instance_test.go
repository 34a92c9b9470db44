// SPDX-License-Identifier: Apache-2.0

package instance

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestID(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	for configured, want := range map[string]string{"": host, "gateway-0": "gateway-0"} {
		id, err := ID(configured)
		require.NoError(t, err)
		assert.Equal(t, want, id)
	}
}
