// SPDX-License-Identifier: Apache-2.0

package addressnames

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

func TestNamesGoOn(t *testing.T) {
	o := Options{MaxProven: 10, MaxClaimed: 10, MaxPerClaimant: 5, TTL: time.Hour}
	now := int64(1_800_000_000_000_000_000)
	n := New(o)
	n.StartSaving()
	shop, other := Claimant{"default", "shop"}, Claimant{"default", "other"}
	address := func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprint("192.0.2.", i)) }
	n.Learn(address(1), Claimant{}, "proven.example", Proven, now)
	n.Learn(address(2), shop, "claimed.example", Claimed, now)
	n.Learn(address(3), shop, "one.example", Claimed, now)
	n.Learn(address(3), shop, "another.example", Claimed, now)
	n.Learn(address(4), shop, "old.example", Claimed, now-int64(time.Hour))

	for _, fold := range []bool{false, true} {
		if fold {
			n.BeginFold()
		}
		require.True(t, n.BeginSave())
		restored := New(o)
		for more := true; more; {
			var e state.Encoder
			more = n.AppendUnsaved(&e, 2)
			d := state.NewDecoder(e.Bytes())
			restored.Restore(d, now)
			require.NoError(t, d.End())
		}
		for i, want := range map[int]string{1: "proven.example", 2: "claimed.example", 3: "", 4: ""} {
			name, _, _ := restored.Name(address(i), shop, now)
			assert.Equal(t, want, name, i)
		}
		_, _, known := restored.Name(address(2), other, now)
		assert.False(t, known)
		assert.Equal(t, Stats{Proven: 1, Claimed: 2, Claimants: 1}, restored.Stats())
	}

	require.False(t, n.BeginSave())
	n.Learn(address(1), Claimant{}, "proven.example", Proven, now+int64(time.Minute))
	assert.False(t, n.BeginSave(), "a record that says the same is no change")
	n.Learn(address(1), Claimant{}, "proven.example", Proven, now+int64(40*time.Minute))
	assert.True(t, n.BeginSave(), "it holds for longer")
}
