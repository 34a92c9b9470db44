// SPDX-License-Identifier: Apache-2.0

package namefilter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFilter(t *testing.T) {
	var f Filter
	names := []string{"a", "reporter", "response_code", strings.Repeat("long", 40), "\xff\xff", ""}
	for _, name := range names {
		f.Add(name)
	}
	for _, name := range names {
		assert.Equal(t, name != "", f.MayHave(name), name)
	}
	for _, name := range []string{"b", "reporters", "response_codes", "Response_code", "authority"} {
		assert.False(t, f.MayHave(name), name)
	}
	// Names that look alike are not told apart.
	assert.True(t, f.MayHave("rxxxxxxr"))
	assert.True(t, f.MayHave(strings.Repeat("lxng", 50)))
}
