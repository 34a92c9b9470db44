// SPDX-License-Identifier: Apache-2.0

package report

import (
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// interval is the least time between two warnings for one reason.
	interval = time.Minute
	// maxReasons bounds the memory, should a reason ever come from outside.
	maxReasons = 256
	// maxNodeID is how many bytes of a node id are logged.
	maxNodeID = 512
)

// Log writes warnings. It is safe for concurrent use. A nil Log writes none.
type Log struct {
	logger *zap.Logger

	mu      sync.Mutex
	reasons map[string]*state
}

// state of one reason.
type state struct {
	last  time.Time
	since int64
}

// New makes a Log. Fields of the logger are in each warning.
func New(logger *zap.Logger) *Log {
	return &Log{logger: logger, reasons: map[string]*state{}}
}

// Report says that n things (records, requests, connections) were refused,
// dropped, repaired or ended for a reason. client is the IP address of the client.
// nodeID is that of the proxy, empty if it is not known. More fields explain the
// example that is logged.
func (l *Log) Report(reason, client, nodeID string, n int, fields ...zap.Field) {
	if l == nil {
		return
	}
	count, due := l.count(reason, int64(n), time.Now())
	if !due {
		return
	}
	all := []zap.Field{zap.String("reason", reason), zap.Int64("since_last_warning", count), zap.String("client_address", client)}
	if nodeID != "" {
		all = append(all, zap.String("node_id", nodeID[:min(len(nodeID), maxNodeID)]))
	}
	l.logger.Warn("Something that was received was refused, dropped, repaired or ended. The metrics count it by reason", append(all, fields...)...)
}

// count adds to what is not logged yet. due is true if it is time for a warning.
func (l *Log) count(reason string, n int64, now time.Time) (count int64, due bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.reasons[reason]
	if s == nil {
		if len(l.reasons) >= maxReasons {
			return 0, false
		}
		s = new(state)
		l.reasons[reason] = s
	}
	s.since += n
	if !s.last.IsZero() && now.Sub(s.last) < interval {
		return 0, false
	}
	count, s.since, s.last = s.since, 0, now
	return count, true
}
