// SPDX-License-Identifier: Apache-2.0

package addressnames

import (
	"net/netip"
	"testing"
)

func BenchmarkName(b *testing.B) {
	proven, claimed, unheard := there, address(1), address(2)
	n := New(generous)
	n.Learn(proven, nobody, "api.example.com", Proven, at(0))
	n.Learn(claimed, shop, "api.example.com", Claimed, at(0))
	for title, addr := range map[string]netip.Addr{"proven": proven, "claimed": claimed, "unknown": unheard} {
		b.Run(title, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Name(addr, shop, at(1))
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				n.Name(claimed, shop, at(1))
			}
		})
	})
}

func BenchmarkLearn(b *testing.B) {
	n := New(generous)
	for title, kind := range map[string]Kind{"proven": Proven, "claimed": Claimed} {
		b.Run("known "+title, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Learn(there, shop, "api.example.com", kind, at(1))
			}
		})
		b.Run("new "+title, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n.Learn(address(i), shop, "api.example.com", kind, at(1))
			}
		})
	}
}
