// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestGroupsOfOneScope(t *testing.T) {
	ld := textLogs(linePassthrough, lineBlocked, linePassthrough, lineTCP, linePassthrough)
	sl := ld.ResourceLogs().At(0).ScopeLogs().At(0)
	sl.Scope().SetName("proxy")
	sl.Scope().Attributes().PutStr("library", "x")
	sl.SetSchemaUrl("https://example.org")

	scopes := newTest(t, nil).process(t, ld).ResourceLogs().At(0).ScopeLogs()
	require.Equal(t, 3, scopes.Len())
	assert.Equal(t, 3, scopes.At(0).LogRecords().Len(), "the largest group stays in place")
	for i, want := range []string{"PassthroughCluster", "BlackHoleCluster", "PassthroughCluster"} {
		name, _ := scopes.At(i).Scope().Attributes().Get("destination_service_name")
		assert.Equal(t, want, name.Str())
		assert.NotContains(t, scopes.At(i).Scope().Attributes().AsRaw(), "library", "it would be a label")
		assert.Equal(t, contract.ScopeName, scopes.At(i).Scope().Name())
		assert.Equal(t, "https://example.org", scopes.At(i).SchemaUrl())
	}
}

func TestOneGroupStays(t *testing.T) {
	scopes := newTest(t, nil).process(t, textLogs(linePassthrough, linePassthrough)).ResourceLogs().At(0).ScopeLogs()
	require.Equal(t, 1, scopes.Len())
	assert.Equal(t, 2, scopes.At(0).LogRecords().Len())
}

func TestLabelsOnRecord(t *testing.T) {
	out := newTest(t, map[string]any{"labels_on": "record"}).process(t, textLogs(linePassthrough, lineBlocked, "hello"))
	scopes := out.ResourceLogs().At(0).ScopeLogs()
	require.Equal(t, 1, scopes.Len())
	assert.Zero(t, scopes.At(0).Scope().Attributes().Len())
	for i, want := range []string{"PassthroughCluster", "BlackHoleCluster"} {
		attributes := scopes.At(0).LogRecords().At(i).Attributes()
		name, _ := attributes.Get("destination_service_name")
		assert.Equal(t, want, name.Str())
		verdict, _ := attributes.Get(contract.AttrVerdict)
		assert.Equal(t, "http", verdict.Str())
	}
	assert.Zero(t, scopes.At(0).LogRecords().At(2).Attributes().Len())
}

// Whatever the mix, each record leaves exactly once, with the labels that it
// has when it is alone.
func TestGroupingLosesNothing(t *testing.T) {
	lines := []string{
		lineBlocked, linePassthrough, lineKnown, lineTCP, lineTCPBlocked, lineInbound, linePeriodic, "hello", "{", jsonPassthrough,
		strings.NewReplacer("e3", "e4", "200", "503", "7", "77777").Replace(jsonPassthrough),
	}
	p := newTest(t, nil) // one for all: slots are given in the order in which values come
	want := map[string]map[string]any{}
	for _, line := range lines {
		want[line] = p.label(t, textLogs(line))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		ld := plog.NewLogs()
		sent := 0
		for r := range 1 + random.IntN(3) {
			rl := ld.ResourceLogs().AppendEmpty()
			if random.IntN(2) == 0 {
				rl.Resource().Attributes().PutStr("reporter", "forged")
			}
			for range random.IntN(4) {
				sl := rl.ScopeLogs().AppendEmpty()
				for range random.IntN(5 * blockSize) {
					lr := sl.LogRecords().AppendEmpty()
					lr.Body().SetStr(lines[random.IntN(len(lines))] + "\n")
					lr.SetTimestamp(pcommon.Timestamp(r*1_000_000 + sent))
					sent++
				}
			}
		}
		if sent > 0 {
			checkAll(t, p.process(t, ld), want, sent)
		}
	}
}

func checkAll(t *testing.T, out plog.Logs, want map[string]map[string]any, sent int) {
	t.Helper()
	times := map[string]bool{}
	for _, rl := range out.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				times[fmt.Sprint(lr.Timestamp())] = true
				line := strings.TrimSuffix(lr.Body().Str(), "\n")
				got := seen(rl, sl, lr)
				assert.Equal(t, want[line], got, line)
			}
		}
	}
	assert.Len(t, times, sent, "each record once")
}
