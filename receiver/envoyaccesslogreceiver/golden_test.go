// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/alstest"
)

const goldenDir = "testdata/golden"

// TestGolden sends the messages of each case, and of each capture, to a receiver
// and compares its records with files that a person can read.
func TestGolden(t *testing.T) {
	cases, err := os.ReadDir(goldenDir)
	require.NoError(t, err)
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			runGolden(t, filepath.Join(goldenDir, c.Name()), filepath.Join(goldenDir, c.Name(), "input.jsonl"))
		})
	}
}

func runGolden(t *testing.T, dir, input string) {
	t.Helper()
	cfg := testConfig()
	cfg.Entries.Keep = als.KeepAll
	sink := new(consumertest.LogsSink)
	_, _, conn := startReceiver(t, cfg, sink)
	var got strings.Builder
	streams := map[int]logStream{}
	for _, m := range alstest.Read(t, input) {
		// One after the other, so that records stand in the order of messages.
		before := sink.LogRecordCount()
		if streams[m.Stream] == nil {
			streams[m.Stream] = openStream(t, conn)
		}
		require.NoError(t, streams[m.Stream].Send(m.Message))
		require.Eventually(t, func() bool {
			return sink.LogRecordCount() == before+countEntries([]captured{m})
		}, patience, time.Millisecond)
	}
	for _, ld := range sink.AllLogs() {
		writeLogs(&got, ld)
	}
	file := filepath.Join(dir, "records.yaml")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run `make golden-update` and read what it wrote")
	assert.Equal(t, string(want), got.String(), file)
}

// writeLogs writes one block for each record. Strings stand in quotes, numbers
// do not.
func writeLogs(b *strings.Builder, ld plog.Logs) {
	rl := ld.ResourceLogs().At(0)
	b.WriteString("- resource:\n")
	writeMap(b, "    ", rl.Resource().Attributes())
	b.WriteString("  records:\n")
	for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
		sign := "  - "
		if t := lr.Timestamp(); t != 0 {
			fmt.Fprintf(b, "%stime: %s\n", sign, t.AsTime().Format(time.RFC3339Nano))
			sign = "    "
		}
		fmt.Fprintf(b, "%sattributes:\n", sign)
		writeMap(b, "      ", lr.Attributes())
	}
}

func writeMap(b *strings.Builder, indent string, m pcommon.Map) {
	for name, v := range m.All() {
		switch v.Type() {
		case pcommon.ValueTypeMap:
			fmt.Fprintf(b, "%s%s:\n", indent, key(name))
			writeMap(b, indent+"  ", v.Map())
		case pcommon.ValueTypeStr:
			fmt.Fprintf(b, "%s%s: %q\n", indent, key(name), v.Str())
		case pcommon.ValueTypeBytes:
			fmt.Fprintf(b, "%s%s: !!binary %s\n", indent, key(name), v.AsString())
		default:
			fmt.Fprintf(b, "%s%s: %s\n", indent, key(name), v.AsString())
		}
	}
}

// key writes a name, in quotes where it could be mistaken.
func key(name string) string {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != "" {
		return fmt.Sprintf("%q", name)
	}
	return name
}
