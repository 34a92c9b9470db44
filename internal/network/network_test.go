// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"198.51.100.0/24":         "198.51.100.0/24",
		"198.51.100.7/24":         "198.51.100.0/24",
		"198.51.100.7":            "198.51.100.7/32",
		"2001:db8::1":             "2001:db8::1/128",
		"2001:db8::1/32":          "2001:db8::/32",
		"fe80::1%eth0":            "fe80::1/128",
		"::ffff:198.51.100.7":     "198.51.100.7/32",
		"::ffff:198.51.100.7/120": "198.51.100.0/24",
		"::ffff:198.51.100.7/95":  "::fffe:0:0/95",
		"198.51.100.0/33":         "",
		"office":                  "",
		"":                        "",
	} {
		got, err := Parse(text)
		if want == "" {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
}

func TestParseNamed(t *testing.T) {
	got, err := ParseNamed(map[string][]string{"office": {"198.51.100.7", "198.51.101.1/24", "::ffff:203.0.113.0/120"}, "lab": {"2001:db8::/32"}})
	require.NoError(t, err)
	assert.Equal(t, map[string][]netip.Prefix{
		"office": {netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("198.51.101.0/24"), netip.MustParsePrefix("203.0.113.0/24")},
		"lab":    {netip.MustParsePrefix("2001:db8::/32")},
	}, got)

	for _, bad := range []map[string][]string{
		{"office": {}},
		{"office": {"x"}},
		{"": {"198.51.100.0/24"}},
		{"other": {"198.51.100.0/24"}},
		{"unknown": {"198.51.100.0/24"}},
		{"10.0.0.0/8": {"198.51.100.0/24"}},
		{"10.0.0.1": {"198.51.100.0/24"}},
		{"office": {"198.51.100.0/24"}, "lab": {"198.51.100.7/24"}},
	} {
		_, err := ParseNamed(bad)
		require.Error(t, err, "%v", bad)
	}
}
