// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDays(t *testing.T) {
	day := func(n int) int64 { return noon.Add(time.Duration(n) * 24 * time.Hour).UnixNano() }
	for _, tc := range []struct {
		name        string
		days        Days
		last        int64
		other       Days
		otherLast   int64
		want        Days
		wantedCount int
	}{
		{"the same day", 0b1, day(0), 0b1, day(0), 0b1, 1},
		{"the next day", 0b1, day(0), 0b1, day(1), 0b11, 2},
		{"the day before", 0b1, day(0), 0b1, day(-1), 0b11, 2},
		{"some of both", 0b101, day(0), 0b11, day(-1), 0b111, 3},
		{"days in between", 0b11, day(0), 0b1, day(5), 0b1100001, 3},
		{"the oldest day that is kept", 0b1, day(0), 0b1, day(31), 1<<31 | 1, 2},
		{"too long ago", 0b1, day(0), 0b1, day(32), 0b1, 1},
		{"the past of a row that nothing is known of", 0, day(0), 0b1, day(1), 0b1, 1},
		{"an empty row", 0, 0, FirstDay, day(0), 0b1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := tc.days.And(tc.last, tc.other, tc.otherLast)
			assert.Equal(t, tc.want, got)
			assert.Equal(t, got, tc.other.And(tc.otherLast, tc.days, tc.last), "the order makes no difference")
			assert.Equal(t, tc.wantedCount, got.Count())
		})
	}
}

func TestMergeDays(t *testing.T) {
	a, b := to("api.example.com", NameOfServer), to("api.example.com", NameOfServer)
	a.Days, b.Days = FirstDay, FirstDay
	b.LastSeen = noon.Add(24 * time.Hour)
	for _, rows := range [][]Row{Merge([]Row{a}, []Row{b}), Merge([]Row{b}, []Row{a})} {
		require.Len(t, rows, 1)
		assert.Equal(t, 2, rows[0].Days.Count())
	}
}
