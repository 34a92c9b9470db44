// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// formatLabels writes one block for each record. Labels that are `unknown`, and
// canonical revisions that are `latest`, are left out: those are what a label is
// if nothing is known.
func formatLabels(t *testing.T, requests, labelled []plog.Logs) string {
	t.Helper()
	require.Len(t, labelled, len(requests))
	var b strings.Builder
	for i, ld := range labelled {
		require.Equal(t, 1, ld.LogRecordCount(), "no record is lost or made")
		rl := ld.ResourceLogs().At(ld.ResourceLogs().Len() - 1)
		sl := rl.ScopeLogs().At(rl.ScopeLogs().Len() - 1)
		lr := sl.LogRecords().At(0)
		fmt.Fprintf(&b, "# %d: %s\n", i+1, title(requests[i]))
		writeRecord(&b, sl.Scope().Attributes(), lr.Attributes())
	}
	return b.String()
}

// title is the start of a record's body, or of its attributes, to find it by.
func title(request plog.Logs) string {
	lr := request.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	body := lr.Body().AsString()
	if body == "" {
		b, _ := json.Marshal(lr.Attributes().AsRaw())
		body = string(b)
	}
	const most = 160
	body = strings.ToValidUTF8(strings.TrimSpace(body), "\uFFFD")
	if r := []rune(body); len(r) > most {
		body = string(r[:most]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, body)
}

func writeRecord(b *strings.Builder, scope, record pcommon.Map) {
	verdict, ok := find(contract.AttrVerdict, record, scope)
	if !ok {
		b.WriteString("- passed on untouched\n")
		return
	}
	fmt.Fprintf(b, "- verdict: %s\n", verdict)
	for _, name := range []string{
		contract.AttrDuration, contract.AttrBytesReceived, contract.AttrBytesSent,
		contract.AttrMessagesReceived, contract.AttrMessagesSent,
	} {
		if v, ok := find(name, record, scope); ok {
			fmt.Fprintf(b, "  %s: %s\n", strings.TrimPrefix(name, contract.Prefix), v)
		}
	}
	names := extraLabels(scope)
	for l := range contract.NumLabels {
		names = append(names, l.String())
	}
	for _, name := range names {
		v, ok := find(name, record, scope)
		if !ok || v == "unknown" || v == "latest" {
			continue
		}
		fmt.Fprintf(b, "  %s: %q\n", name, v)
	}
}

func find(name string, maps ...pcommon.Map) (string, bool) {
	for _, m := range maps {
		if v, ok := m.Get(name); ok {
			return v.AsString(), true
		}
	}
	return "", false
}

// extraLabels are the user's own: strings on our scope that have neither the
// contract's prefix nor the name of one of Istio's labels.
func extraLabels(scope pcommon.Map) (names []string) {
	for name, v := range scope.All() {
		if _, istios := contract.LabelByName(name); !istios && !contract.Owns(name) && v.Type() == pcommon.ValueTypeStr {
			names = append(names, name)
		}
	}
	return names
}
