// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// TestSamples has each sample either in the queue, or sent, or dropped.
func TestSamples(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, o := openQueue(t, client, Limits{Flushes: 2, Bytes: 1 << 30})
		put(t, q, "a", "b", "c")
		assert.Equal(t, 3*3*bodyValues, o.queued)
		assert.Equal(t, []string{"0: queue_full"}, o.dropped)
		assert.EqualValues(t, 2*3*bodyValues, q.Stats().Samples)
		it := q.Next(nil)
		q.Sent(t.Context(), it, 0, 0)
		q.Sent(t.Context(), it, 0, 0)
		assert.EqualValues(t, 5*bodyValues, q.Stats().Samples)
		q.Done(t.Context())
		assert.EqualValues(t, 3*bodyValues, q.Stats().Samples)
		drain(t, q)
		assert.Zero(t, q.Stats().Samples)
		assert.Equal(t, 3*3*bodyValues, o.queued)
	})
}
