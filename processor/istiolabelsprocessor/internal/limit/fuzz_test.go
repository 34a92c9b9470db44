// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// FuzzLimiter asks for each line of a text, as an address and as a name, while time
// passes. Values come from the network: whatever they are, the
// answer is the value itself or one of our own making.
func FuzzLimiter(f *testing.F) {
	for _, text := range []string{
		"203.0.113.1\n203.0.113.2\n198.51.100.7", "other\noffice\nunknown\n", "10.0.0.0/8\n203.0.113.0/24\n::/0\n0.0.0.0/0",
		"::ffff:203.0.113.1\n::ffff:203.0.113.0/120\nfe80::1%eth0\nfe80::%1/64", "2001:DB8::1\n2001:db8:0:0:0:0:0:1\n2001:db8::/49",
		"\xff\xfe\n\x00\n" + strings.Repeat("x", 300), "198.51.100.200/31\n1.2.3.4/33\n1.2.3.4/-1\n/\n%", "::%\n::ffff:1.2.3.4%x\n::ffff:0:0/96\n::ffff:0:0/95",
	} {
		f.Add(text, "ns/workload", uint8(3), false)
		f.Add(text, "", uint8(40), true)
	}
	f.Fuzz(func(t *testing.T, text, source string, limit uint8, apart bool) {
		o := options(int(limit))
		o.Networks = map[string][]netip.Prefix{"office": {netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8:f::/48")}}
		o.NetworkApart = apart
		x := newFixture(o)
		lines := strings.Split(text, "\n")
		for i, line := range lines[:min(len(lines), 200)] {
			a := &Asker{Source: source[:len(source)*(i%3)/2], Destination: []string{"BlackHoleCluster", "PassthroughCluster", text}[i%3]}
			address, _ := netip.ParseAddr(lines[(i+1)%len(lines)])
			for range 1 + i%12 {
				checkAnswer(t, &o, line, x.Address(line, a, x.now))
				got := x.Name(line, address, a, x.now)
				checkAnswer(t, &o, line, got)
				if strings.Contains(line, "/") && got.Value == line {
					_, err := netip.ParsePrefix(line)
					require.True(t, err != nil || isOurs(&o, line), "a CIDR text is never a name")
				}
			}
			x.now += int64(i) * int64(time.Minute)
		}
		x.check(t)
		x.now += 3 * int64(time.Hour)
		assert.Zero(t, x.stats().Live)
	})
}

// checkAnswer holds an answer to what it may be.
func checkAnswer(t *testing.T, o *Options, asked string, got Resolved) {
	t.Helper()
	require.Equal(t, got.Term == 0, got.Slot == 0)
	require.LessOrEqual(t, int(got.Slot), o.Limit)
	if got.Network != "" {
		require.True(t, o.NetworkApart)
		require.Contains(t, o.Networks, got.Network)
	}
	if got.Value == asked || isOurs(o, got.Value) {
		return
	}
	addr, err := netip.ParseAddr(asked)
	require.NoError(t, err, "%q became %q", asked, got.Value)
	require.Equal(t, addr.Unmap().WithZone("").String(), got.Value)
}

// isOurs tells whether a value is one that a limiter makes.
func isOurs(o *Options, value string) bool {
	if value == contract.Other || !o.NetworkApart && o.Networks[value] != nil {
		return true
	}
	prefix, err := netip.ParsePrefix(value)
	if err != nil || prefix != prefix.Masked() || prefix.String() != value {
		return false
	}
	if prefix.Addr().Is4() {
		return slices.Contains(o.RollUp.IPv4, prefix.Bits())
	}
	return slices.Contains(o.RollUp.IPv6, prefix.Bits())
}
