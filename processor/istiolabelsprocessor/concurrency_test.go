// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/label"
)

// Requests of many senders share one processor: each gets its own labels, and
// no count is lost. More label sets than are remembered pass through.
func TestConcurrentRequests(t *testing.T) {
	const senders, requests, records = 8, 40, 30
	p := newTest(t, map[string]any{"labels": map[string]any{"host": `attributes["authority"]`}, "destination_ip": map[string]any{"enabled": true}})
	var wg sync.WaitGroup
	for sender := range senders {
		wg.Go(func() {
			for request := range requests {
				var lines []string
				for i := range records {
					host := fmt.Sprintf("h%d.example", sender*requests*records+request*records+i)
					lines = append(lines, strings.ReplaceAll(linePassthrough, "e3.example", host), lineBlocked)
				}
				assert.NoError(t, p.ConsumeLogs(t.Context(), textLogs(lines...)))
			}
		})
	}
	wg.Wait()
	for _, ld := range p.sink.AllLogs() {
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				host, _ := sl.Scope().Attributes().Get("host")
				for _, lr := range sl.LogRecords().All() {
					assert.Contains(t, lr.Body().Str(), `"`+host.Str()+`"`)
				}
			}
		}
	}
	p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictHTTP: 2 * senders * requests * records})
}

// The JSON reader's buffer is used again: what left must not change with it.
func TestBorrowedStringsAreCopied(t *testing.T) {
	p := newTest(t, map[string]any{"destination_ip": map[string]any{"enabled": true}, "labels": map[string]any{"host": `attributes["authority"]`}})
	line := func(i int) string {
		s := strings.ReplaceAll(jsonPassthrough, "203.0.113.10", fmt.Sprintf("203.0.113.%d", 10+i))
		return strings.ReplaceAll(s, "e3.example", fmt.Sprintf("h%d.example", i))
	}
	for i := range 50 {
		require.NoError(t, p.ConsumeLogs(t.Context(), textLogs(line(i))))
	}
	for i, ld := range p.sink.AllLogs() {
		rl := ld.ResourceLogs().At(0)
		got := seen(rl, rl.ScopeLogs().At(0), rl.ScopeLogs().At(0).LogRecords().At(0))
		assert.Equal(t, fmt.Sprintf("203.0.113.%d", 10+i), got["destination_ip"])
		assert.Equal(t, fmt.Sprintf("h%d.example", i), got["host"])
		assert.Equal(t, fmt.Sprintf("h%d.example", i), got["destination_service"])
	}
}

// To read a record, to find its labels and to find that its values have slots
// costs no memory once they are known.
func TestNoAllocations(t *testing.T) {
	enabled := map[string]any{"enabled": true}
	w := newTestWalk(t, map[string]any{"destination_ip": enabled, "destination_host": enabled})
	for name, ld := range map[string]plog.Logs{
		"text":       textLogs(linePassthrough, lineBlocked, lineTCP, lineInbound),
		"JSON":       textLogs(jsonPassthrough),
		"attributes": attributeLogs(t, recommended(nil)),
		"peer":       attributeLogs(t, inbound(with(withoutAny, clientCalled(1)))),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Zero(t, testing.AllocsPerRun(100, func() {
				rl := ld.ResourceLogs().At(0)
				resource, _ := w.reader.Resource(rl.Resource())
				rec := &w.block.records[0].values
				for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
					w.reader.Read(lr, resource, rec)
					facts := new(istio.Options).Classify(rec)
					w.enricher.Enrich(rec, &facts, 1)
					found, err := w.labeler.Label(t.Context(), label.Input{Values: rec}, &facts)
					if err != nil || found.Set == nil {
						t.Fatal(err)
					}
					w.bounder.Bound(rec, found.Set, found.Host, 1)
					w.learner.Learn(rec, &facts, istio.ProvenHost(rec, &facts), found.Set, 1)
				}
			}))
		})
	}
}
