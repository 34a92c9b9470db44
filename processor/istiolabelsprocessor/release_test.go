// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"maps"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// failing gives up a request with a record whose user agent is not JSON.
func failing(more map[string]any) map[string]any {
	settings := map[string]any{"error_mode": "propagate", "labels": map[string]any{"agent": `ParseJSON(attributes["user_agent"])`}}
	maps.Copy(settings, more)
	return settings
}

// linesWithBad are lines of which the expression of failing cannot read one; none if
// there is no such place.
func linesWithBad(place int) (lines []string) {
	for i := range 3*blockSize + 1 {
		line := lineBlocked
		if i%2 > 0 {
			line = linePassthrough
		}
		if i != place {
			line = strings.Replace(line, "curl/8", "{}", 1)
		}
		lines = append(lines, line)
	}
	return lines
}

// labelsOf are what is seen of the records, in their order.
func labelsOf(tb testing.TB, w *walk, ld plog.Logs) (all []map[string]any) {
	tb.Helper()
	require.NoError(tb, w.request(tb.Context(), ld))
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				all = append(all, withoutSlots(seen(rl, sl, lr)))
			}
		}
	}
	return all
}

// A request that was given up at any record does not show in the next one.
func TestGivenUp(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		settings := failing(map[string]any{"labels_on": labelsOn})
		w := newTestWalk(t, settings)
		want := labelsOf(t, newTestWalk(t, settings), textLogs(linesWithBad(-1)...))
		for place := range 3*blockSize + 1 {
			require.Error(t, w.request(t.Context(), textLogs(linesWithBad(place)...)))
			require.Equal(t, want, labelsOf(t, w, textLogs(linesWithBad(-1)...)), "given up at %d", place)
		}
	}
}

// What serves requests over HTTP recovers from a panic. The next request comes to the same
// processor.
func TestPanic(t *testing.T) {
	p, err := newLabelsProcessor(createDefaultConfig().(*Config), processortest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	defer func() { assert.NoError(t, p.shutdown(t.Context())) }()
	clock := p.stages.clock
	for waiting := range blockSize {
		// A walk that holds records of its request panics.
		broken := newWalk(p.stages)
		for range waiting {
			broken.block.next()
		}
		p.walks.Put(broken)
		p.stages.clock = func() int64 { panic("broken") }
		assert.Panics(t, func() { _, _ = p.processLogs(t.Context(), textLogs(lineBlocked)) })
		p.stages.clock = clock
		for range 2 {
			ld, err := p.processLogs(t.Context(), textLogs(lineBlocked, linePassthrough))
			require.NoError(t, err)
			require.Equal(t, 2, ld.LogRecordCount())
			require.NotSame(t, broken, p.walks.Get())
		}
	}
}

// tracked is a text that counts when its memory is free.
func tracked(text string, freed *atomic.Int64) string {
	memory := make([]byte, max(len(text), 64<<10)) // no other object shares it
	copy(memory, text)
	runtime.SetFinalizer(&memory[0], func(*byte) { freed.Add(1) })
	return unsafe.String(&memory[0], len(text))
}

// Nothing keeps the memory of a request, whether it was taken or given up.
func TestMemoryOfRequestIsFree(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		for _, place := range []int{-1, 0, blockSize + 1, 3 * blockSize} {
			t.Run(fmt.Sprint(labelsOn, place), func(t *testing.T) {
				var freed atomic.Int64
				w := newTestWalk(t, failing(map[string]any{"labels_on": labelsOn}))
				lines := linesWithBad(place)
				func() {
					ld := textLogs(lines...)
					for i, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
						lr.Body().SetStr(tracked(lines[i], &freed))
						lr.Attributes().PutStr("node_id", tracked("sidecar~10.0.0.1~web-0.shop~shop.svc.cluster.local", &freed))
					}
					assert.Equal(t, place < 0, w.request(t.Context(), ld) == nil)
				}()
				assert.Eventually(t, func() bool {
					runtime.GC()
					return freed.Load() == int64(2*len(lines))
				}, 10*time.Second, time.Millisecond, "%d of %d", freed.Load(), 2*len(lines))
				runtime.KeepAlive(w)
			})
		}
	}
}
