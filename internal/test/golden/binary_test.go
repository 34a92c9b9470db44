// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"os"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A request that a real proxy sent while its client wrote bytes that are no
// UTF-8: what goes into the metrics is.
func TestInvalidUTF8(t *testing.T) {
	const captures = "../../../testdata/captures/"
	b, err := os.ReadFile(captures + "hostile/invalid-utf8.binpb")
	require.NoError(t, err)
	request, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(b) // of the same bytes as an ExportLogsServiceRequest
	require.NoError(t, err)
	require.False(t, hasOnlyUTF8(request), "else this shows nothing")

	c := &Case{Requests: []plog.Logs{request}}
	c.config.addSettings(t, captures+"labels.yaml")
	metrics := c.Count(t, c.Label(t))
	counted := int64(0)
	for _, md := range metrics.AllMetrics() {
		for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			if name := m.Name(); name != "istio_requests_total" && name != "istio_tcp_connections_closed_total" {
				continue
			}
			for _, p := range m.Sum().DataPoints().All() {
				counted += p.IntValue()
			}
		}
	}
	assert.EqualValues(t, request.LogRecordCount(), counted, "every record is a request or a connection")
	for _, series := range allSeries(metrics) {
		for name, value := range series {
			assert.Truef(t, utf8.ValidString(value), "%s=%q", name, value)
		}
	}
}

func hasOnlyUTF8(ld plog.Logs) bool {
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				if !utf8.ValidString(lr.Body().Str()) {
					return false
				}
			}
		}
	}
	return true
}
