// SPDX-License-Identifier: Apache-2.0

package host

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

func addHosts(f *testing.F) {
	for _, s := range []string{
		"", ".", "h.:443.:80", "API.Example.com.:8443", "[2001:DB8::1]:443", "[::1].:80", "[]:80]:443", "::80", "h:80.", "\xff:80",
		"1.2.3.4:80", "0x7f.1", "*.h", "a-.b", "_a.b", "h:", "é.", "[80:]:80", ".:80.",
	} {
		f.Add(s)
	}
}

func FuzzNormal(f *testing.F) {
	addHosts(f)
	f.Fuzz(func(t *testing.T, s string) {
		n := Normal(s)
		assert.LessOrEqual(t, len(n), len(s))
		assert.Equal(t, n, Normal(n), "not idempotent")
		assert.Equal(t, s == "", n == "")
		// One host has one name, whichever way it is spelled.
		name, ok := Name(s)
		if ok {
			again, stillOK := Name(n)
			assert.True(t, stillOK)
			assert.Equal(t, name, again)
		}
	})
}

func FuzzName(f *testing.F) {
	addHosts(f)
	f.Fuzz(func(t *testing.T, s string) {
		name, ok := Name(s)
		if !ok {
			assert.Empty(t, name)
			return
		}
		assert.NotEmpty(t, name)
		assert.LessOrEqual(t, len(name), min(len(s), MaxName))
		again, ok := Name(name)
		assert.True(t, ok)
		assert.Equal(t, name, again, "not idempotent")
		assert.Equal(t, name, Normal(name), "not in normal form")
		_, err := netip.ParseAddr(name)
		assert.Error(t, err, "an address is no name")
	})
}
