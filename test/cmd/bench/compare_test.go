// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// row has a round for each pair of CPU times, in microseconds for one record.
func row(name string, pairs ...[2]int) comparison {
	c := comparison{name: name, baselineRSS: 100 << 20, gatewayRSS: 110 << 20}
	for _, p := range pairs {
		c.baseline = append(c.baseline, round{records: 1, cpu: time.Duration(p[0]) * time.Microsecond})
		c.gateway = append(c.gateway, round{records: 1, cpu: time.Duration(p[1]) * time.Microsecond})
	}
	return c
}

func TestWorseThanTheBaseline(t *testing.T) {
	for _, test := range []struct {
		row  comparison
		want bool
	}{
		{row("same", [2]int{100, 100}), false},
		{row("within", [2]int{100, 105}), false},
		{row("beyond", [2]int{100, 106}), true},
		{row("better", [2]int{100, 50}), false},
		{row("one round is disturbed", [2]int{100, 100}, [2]int{100, 300}, [2]int{100, 101}), false},
		{row("the machine slows both down", [2]int{100, 101}, [2]int{200, 204}, [2]int{400, 404}), false},
		{row("most rounds are worse", [2]int{100, 90}, [2]int{100, 110}, [2]int{200, 220}), true},
	} {
		assert.Equal(t, test.want, test.row.worse(), test.row.name)
	}
}

func TestPrintComparisonsNamesTheWorseRows(t *testing.T) {
	var out strings.Builder
	printComparisons(&out, options{}, []comparison{row("text-20", [2]int{100, 100}), row("als-20", [2]int{100, 120})})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := lines[len(lines)-1]
	assert.Contains(t, last, "als-20")
	assert.NotContains(t, last, "text-20")
}

func TestInTurn(t *testing.T) {
	sides := []string{"a", "b", "c"}
	first, before := map[string]bool{}, map[string]bool{}
	for i := range 6 {
		order := inTurn(sides, i)
		assert.ElementsMatch(t, sides, order)
		first[order[0]] = true
		before[order[0]+order[1]], before[order[1]+order[2]] = true, true
	}
	assert.Len(t, first, 3)
	assert.Len(t, before, 6, "each comes after each of the others")
	assert.Equal(t, []string{"a", "b"}, inTurn([]string{"a", "b"}, 0))
	assert.Equal(t, []string{"a", "b", "c"}, sides, "they stay as they are")
}

func TestRows(t *testing.T) {
	var r rowsFlag
	assert.True(t, r.match("text-20"))
	require.NoError(t, r.Set("^(text|als)-20$"))
	assert.True(t, r.match("als-20"))
	assert.False(t, r.match("als-20-x1000"))
	assert.Error(t, r.Set("("))
}

func TestRowsMatchAny(t *testing.T) {
	for expression, want := range map[string]bool{
		"":                true,
		"^als-20-x1000$":  true,
		"^addresses-1e7$": true,
		"^text-21$":       false,
	} {
		var r rowsFlag
		require.NoError(t, r.Set(expression))
		assert.Equal(t, want, r.matchAny(), expression)
	}
}
