// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
)

// logThrottle keeps a server that stays out of order from filling the log.
type logThrottle struct {
	mu    sync.Mutex
	kinds map[string]*throttle.Throttle
}

// allow says whether a line of that kind is due, with the number of those that
// were left out since the last one. Kinds are few: they are never forgotten.
func (t *logThrottle) allow(kind string) (quiet zap.Field, ok bool) {
	n, due := t.of(kind).Due(1, time.Now())
	if n > 1 {
		return zap.Int64("times_since_last_line", n-1), due
	}
	return zap.Skip(), due
}

func (t *logThrottle) of(kind string) *throttle.Throttle {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.kinds[kind]
	if !ok {
		if t.kinds == nil {
			t.kinds = map[string]*throttle.Throttle{}
		}
		one = &throttle.Throttle{}
		t.kinds[kind] = one
	}
	return one
}
