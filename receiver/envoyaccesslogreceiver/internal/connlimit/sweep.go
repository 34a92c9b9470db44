// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"time"
)

// sweep ends streams whose message does not arrive in time. Once in a while is
// cheaper than a timer for each request.
func (l *Limiter) sweep() {
	ticker := time.NewTicker(max(time.Millisecond, l.options.MessageTimeout/8))
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case now := <-ticker.C:
			for _, c := range l.connections() {
				for _, s := range c.overdue(now, l.options.MessageTimeout) {
					s.end(ReasonMessageTimeout)
				}
			}
		}
	}
}

func (l *Limiter) connections() []*conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*conn, 0, len(l.remotes))
	for _, c := range l.remotes {
		all = append(all, c)
	}
	return all
}

func (c *conn) overdue(now time.Time, timeout time.Duration) (late []*stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.meter.streams {
		if s.overdue(now, timeout) {
			late = append(late, s)
		}
	}
	return late
}
