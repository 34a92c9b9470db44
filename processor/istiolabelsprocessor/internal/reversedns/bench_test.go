// SPDX-License-Identifier: Apache-2.0

package reversedns

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoAllocations(t *testing.T) {
	r := filled(t, 8)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		r.Lookup(address(23), at(1))
		r.Ask(address(23), at(1))
		r.Ask(address(0), at(1)) // unknown, and after Stop never asked about
	}))
	_, ok := r.Lookup(address(23), at(1))
	assert.True(t, ok)
}

func BenchmarkLookup(b *testing.B) {
	r := filled(b, 1000)
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Lookup(address(2999), at(1))
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				r.Lookup(address(2999), at(1))
			}
		})
	})
	full := New(Options{})
	defer func() { require.NoError(b, full.Stop(context.WithoutCancel(b.Context()))) }()
	full.Ask(address(0), at(0))
	b.Run("queue full", func(b *testing.B) {
		b.ReportAllocs()
		for i := 1; b.Loop(); i++ {
			full.Ask(address(i), at(1))
		}
	})
}
