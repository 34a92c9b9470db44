// SPDX-License-Identifier: Apache-2.0

package reversedns

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAsksAbout(t *testing.T) {
	assert.False(t, (&Options{Private: true}).asksAbout(netip.Addr{}))
	for want, addrs := range map[string][]string{
		"always":  {"192.0.2.10", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8"},
		"private": {"10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.127.255.255", "fd00::1", "::ffff:10.1.2.3"},
		"never": {
			"127.0.0.1", "127.0.0.6", "::1", "0.0.0.0", "0.1.2.3", "::", "169.254.169.254", "fe80::1", "224.0.0.1", "239.1.1.1", "ff02::1",
			"240.240.0.1", "255.255.255.255",
		},
	} {
		for _, private := range []bool{false, true} {
			asked := want == "always" || want == "private" && private
			for _, addr := range addrs {
				r := New(Options{Private: private})
				r.Ask(netip.MustParseAddr(addr), at(0))
				assert.Equal(t, asked, r.Stats().Queued == 1, "%s, private: %t", addr, private)
				require.NoError(t, r.Stop(t.Context()))
			}
		}
	}
}
