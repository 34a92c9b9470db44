// SPDX-License-Identifier: Apache-2.0

package report

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
)

const (
	// maxReasons bounds the memory, should a reason ever come from outside.
	maxReasons = 256
	// maxNodeID is how many bytes of a node id are logged.
	maxNodeID = 512
)

// Log writes warnings. It is safe for concurrent use. A nil Log writes none.
type Log struct {
	logger *zap.Logger

	mu      sync.Mutex
	reasons map[string]*throttle.Throttle
}

// New makes a Log. Fields of the logger are in each warning.
func New(logger *zap.Logger) *Log {
	return &Log{logger: logger, reasons: map[string]*throttle.Throttle{}}
}

// Report says that n things (records, requests, connections) were refused,
// dropped, repaired or ended for a reason. client is the IP address of the client.
// nodeID is that of the proxy, empty if it is not known. More fields explain the
// example that is logged.
func (l *Log) Report(reason, client, nodeID string, n int, fields ...zap.Field) {
	if l == nil {
		return
	}
	t := l.throttleOf(reason)
	if t == nil {
		return
	}
	count, due := t.Due(int64(n), time.Now())
	if !due {
		return
	}
	all := []zap.Field{zap.String("reason", reason), zap.Int64("since_last_warning", count), zap.String("client_address", client)}
	if nodeID != "" {
		all = append(all, zap.String("node_id", nodeID[:min(len(nodeID), maxNodeID)]))
	}
	l.logger.Warn("Something that was received was refused, dropped, repaired or ended. The metrics count it by reason", append(all, fields...)...)
}

// throttleOf is that of a reason, nil if there are too many reasons.
func (l *Log) throttleOf(reason string) *throttle.Throttle {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.reasons[reason]
	if t == nil && len(l.reasons) < maxReasons {
		t = new(throttle.Throttle)
		l.reasons[reason] = t
	}
	return t
}
