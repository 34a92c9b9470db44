// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAddress(t *testing.T) {
	for value, want := range map[string]struct{ address, ip string }{
		"1.2.3.4:443":          {"1.2.3.4", "1.2.3.4"},
		"1.2.3.4":              {"1.2.3.4", "1.2.3.4"},
		"[2001:db8::10]:80":    {"2001:db8::10", "2001:db8::10"},
		"[2001:DB8:0::10]:80":  {"2001:db8::10", "2001:db8::10"},
		"2001:db8::10":         {"2001:db8::10", "2001:db8::10"},
		"[::ffff:1.2.3.4]:80":  {"1.2.3.4", "1.2.3.4"},
		"[fe80::1%eth0]:80":    {"fe80::1", ""},
		"10.1.2.3/16":          {"10.1.0.0/16", ""},
		"envoy://inbound|9080": {},
		"01.2.3.4:80":          {},
		"300.2.3.4:80":         {},
		"1.2.3:80":             {},
		"example.org:80":       {},
		"-":                    {},
		"":                     {},
		"2001:db8::" + strings.Repeat("0", maxAddress): {},
	} {
		var rec Record
		rec.Set(UpstreamHost, value)
		assert.Equal(t, want.address, rec.Address(UpstreamHost), value)
		ip, ok := rec.IP(UpstreamHost)
		assert.Equal(t, want.ip != "", ok, value)
		if ok {
			assert.Equal(t, netip.MustParseAddr(want.ip), ip, value)
		}
	}
}
