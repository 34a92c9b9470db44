// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"sync"
	"time"

	"go.uber.org/zap"
)

// logInterval is the least time between two lines of one kind.
const logInterval = time.Minute

// throttle keeps a server that stays out of order from filling the log.
type throttle struct {
	mu    sync.Mutex
	kinds map[string]*logged
}

type logged struct {
	last  time.Time
	quiet int
}

// allow says whether a line of that kind is due, with the number of those that
// were left out since the last one. Kinds are few: they are never forgotten.
func (t *throttle) allow(kind string) (quiet zap.Field, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	l := t.kinds[kind]
	switch {
	case l == nil:
		if t.kinds == nil {
			t.kinds = map[string]*logged{}
		}
		l = &logged{}
		t.kinds[kind] = l
	case now.Sub(l.last) < logInterval:
		l.quiet++
		return zap.Skip(), false
	}
	quiet = zap.Skip()
	if l.quiet > 0 {
		quiet = zap.Int("times_since_last_line", l.quiet)
	}
	l.last, l.quiet = now, 0
	return quiet, true
}
