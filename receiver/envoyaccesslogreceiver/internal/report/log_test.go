// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

func observed() (*Log, *observer.ObservedLogs) {
	core, logs := observer.New(zapcore.WarnLevel)
	return New(zap.New(core)), logs
}

// Each reason is logged once a minute, with what came in between.
func TestOncePerMinuteAndReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, logs := observed()
		for range 1000 {
			l.Report("too_deep", "10.0.0.1", "node", 2)
		}
		l.Report("malformed", "10.0.0.2", "", 1)
		time.Sleep(59 * time.Second)
		l.Report("too_deep", "10.0.0.3", "", 1)
		require.Equal(t, 2, logs.Len())
		time.Sleep(time.Second)
		l.Report("too_deep", "10.0.0.4", "other", 1, zap.String("entry", "http"))
		all := logs.TakeAll()
		require.Len(t, all, 3)
		assert.Equal(t, map[string]any{"reason": "too_deep", "client_address": "10.0.0.1", "node_id": "node", "since_last_warning": int64(2)}, all[0].ContextMap())
		assert.Equal(t, map[string]any{"reason": "malformed", "client_address": "10.0.0.2", "since_last_warning": int64(1)}, all[1].ContextMap())
		assert.Equal(t, map[string]any{
			"reason": "too_deep", "client_address": "10.0.0.4", "node_id": "other", "entry": "http", "since_last_warning": int64(2*999 + 1 + 1),
		}, all[2].ContextMap())
	})
}

func TestBounds(t *testing.T) {
	l, logs := observed()
	for i := range 2 * maxReasons {
		l.Report(strconv.Itoa(i), "", strings.Repeat("n", 2*maxNodeID), 1)
	}
	assert.Len(t, l.reasons, maxReasons)
	for _, e := range logs.TakeAll() {
		assert.Len(t, e.ContextMap()["node_id"], maxNodeID)
	}
}

func TestNilLog(t *testing.T) {
	var l *Log
	assert.NotPanics(t, func() { l.Report("reason", "client", "node", 1) })
}
