// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

// After a restart of the processor alone a label shows at most twice its limit, and
// after five minutes its limit again. The sums are exact.
func TestRestartedProcessor(t *testing.T) {
	const limit, interval = 20, 10 * time.Second
	synctest.Test(t, func(t *testing.T) {
		into := &sink{store: newStore(rules{
			maxSeries: unlimited, limits: map[string]int{ipLabel: limit},
			free: func(_, value string) bool { return value == other },
		}), willing: true}
		s := &scenario{
			processor: map[string]any{
				"destination_ip": map[string]any{"enabled": true},
				"limits":         map[string]any{ipLabel: map[string]any{"limit": limit, "roll_up": false}},
			},
			constants: map[string]istiolabelsprocessor.LimitConstants{ipLabel: oneSource},
			connector: map[string]any{"instance_id": "test", "flush_interval": interval.String()},
		}
		p := newPipeline(t, s, into)
		into.store.witness = p.witnesses[0]
		sent := newReference()
		values := func() (n int) {
			into.look(func(in *store) { n = len(in.values[ipLabel]) })
			return n
		}
		send := func(first int) {
			var records []record
			for n := range limit {
				records = append(records, record{kind: tcpBlocked, namespace: "team", workload: fmt.Sprint("w", n%3), code: "0", address: address(7*(first+n) + 2)})
			}
			sent.add(records)
			require.NoError(t, p.ConsumeLogs(t.Context(), request(records, false)))
		}
		send(0)
		time.Sleep(interval + time.Second)
		assert.Equal(t, limit, values())

		p.restartProcessor(t, 0)
		most := 0
		for began := time.Now(); time.Since(began) < 6*time.Minute; time.Sleep(interval) {
			send(limit)
			most = max(most, values())
			if time.Since(began) < 4*time.Minute && time.Since(began) > 2*interval {
				assert.Equal(t, 2*limit, values(), "the old ones may still be in use elsewhere")
			}
		}
		assert.Equal(t, 2*limit, most)
		assert.Equal(t, limit, values(), "the old processor is gone")
		p.shutdown(t)
		noViolations(t, into.store)
		compare(t, sent, into.store)
	})
}
