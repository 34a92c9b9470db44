// SPDX-License-Identifier: Apache-2.0

package proxies

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const second = int64(time.Second)

func proxy(name string, seconds int64) egress.Proxy {
	return egress.Proxy{Name: name, LastRecord: time.Unix(seconds, 0).UTC()}
}

func TestLastRecord(t *testing.T) {
	p := New(10, time.Hour)
	p.Saw([]string{"a.shop", "b.shop"}, 100*second)
	p.Saw([]string{"a.shop"}, 200*second)
	all, forgotten := p.All(200 * second)
	assert.Equal(t, []egress.Proxy{proxy("b.shop", 100), proxy("a.shop", 200)}, all, "the longest silent first")
	assert.Zero(t, forgotten)
}

func TestSilentProxiesGo(t *testing.T) {
	p := New(10, time.Hour)
	p.Saw([]string{"a.shop"}, 0)
	p.Saw([]string{"b.shop"}, 1800*second)
	all, _ := p.All(3600 * second)
	assert.Len(t, all, 2)
	all, _ = p.All(3601 * second)
	assert.Equal(t, []egress.Proxy{proxy("b.shop", 1800)}, all)
}

func TestBound(t *testing.T) {
	p := New(10, time.Hour)
	for i := range 1000 {
		p.Saw([]string{strconv.Itoa(i), "busy.shop"}, int64(i)*second)
	}
	all, forgotten := p.All(1000 * second)
	assert.Len(t, all, 10)
	assert.Contains(t, all, proxy("busy.shop", 999), "who sends keeps its place")
	assert.EqualValues(t, 1001-10, forgotten)
}

func TestKnownProxiesAllocateNothing(t *testing.T) {
	p := New(10, time.Hour)
	names := []string{"a.shop"}
	p.Saw(names, second)
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.Saw(names, second) }))
}

func BenchmarkSaw(b *testing.B) {
	p := New(5000, time.Hour)
	names := make([]string, 1000)
	for i := range names {
		names[i] = "web-7656cf8794-" + strconv.Itoa(i) + ".shop"
	}
	p.Saw(names, second)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Saw(names[i%1000:i%1000+1], second)
	}
}
