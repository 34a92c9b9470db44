// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCovers(t *testing.T) {
	for _, tc := range []struct {
		host, name string
		want       bool
	}{
		{"api.example.com", "api.example.com", true},
		{"api.example.com", "www.example.com", false},
		{"api.example.com", "x.api.example.com", false},
		{"*.example.com", "api.example.com", true},
		{"*.example.com", "a.b.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", ".example.com", false},
		{"*.example.com", "api.example.com.evil.org", false},
		{"*.example.com", "evilexample.com", false},
		{"*.example.com", "*.example.com", true},
		{"*", "api.example.com", true},
		{"*", "", false},
		{"", "api.example.com", false},
	} {
		assert.Equal(t, tc.want, Covers(tc.host, tc.name), "%q %q", tc.host, tc.name)
	}
}
