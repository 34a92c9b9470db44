// SPDX-License-Identifier: Apache-2.0

package configform

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAtLeast(t *testing.T) {
	require.NoError(t, AtLeast("interval", time.Second, time.Second, "15s"))
	assert.EqualError(t, AtLeast("interval", 15, time.Second, "15s"), "`interval` must be at least 1s, got 15ns (a number needs a unit, as in 15s)")
}
