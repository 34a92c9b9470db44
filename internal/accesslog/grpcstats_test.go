// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGRPCMessages(t *testing.T) {
	for stats, want := range map[string][2]int64{
		`{"request_message_count":"2","response_message_count":"3"}`:                          {2, 3},
		`{"requestMessageCount":2,"responseMessageCount":3}`:                                  {2, 3},
		`{"@type":"type.googleapis.com/x.FilterObject","request_message_count":"9000000000"}`: {9_000_000_000, 0},
		`{"response_message_count":"-1","request_message_count":"1"}`:                         {1, 0},
	} {
		var rec Record
		rec.Set(GRPCStats, stats)
		received, sent, ok := rec.GRPCMessages()
		assert.True(t, ok, stats)
		assert.Equal(t, want, [2]int64{received, sent}, stats)
	}
	for _, stats := range []string{
		"", "-", "{}", "[]", "2,3", `{"request_message_count":"x"}`, `{"request_message_count":{}}`,
		`{"request_message_count":"1","pad":"` + strings.Repeat("a", maxGRPCStats) + `"}`,
	} {
		var rec Record
		rec.Set(GRPCStats, stats)
		_, _, ok := rec.GRPCMessages()
		assert.False(t, ok, "%.40q", stats)
	}
}
