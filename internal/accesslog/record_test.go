// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExtrasAreBounded(t *testing.T) {
	var rec Record
	for range 10 * maxExtras {
		rec.SetExtra("a", "1")
	}
	assert.Equal(t, []Extra{{"a", "1"}}, rec.Extras)
	for i := range 10 * maxExtras {
		rec.SetExtra(strings.Repeat("b", i), "1")
	}
	assert.Len(t, rec.Extras, maxExtras)
}
