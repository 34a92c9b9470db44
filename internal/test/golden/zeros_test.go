// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

var lastWord = regexp.MustCompile(`(?m) \S+$`)

// withZeros replaces the values of series.
func withZeros(series string) string { return lastWord.ReplaceAllString(series, " 0") }

// TestBlockedConnectionsStartAtZero has the blog's records under both schemas. A
// blocked connection was never established: in 1.3 it is closed and nothing else, of
// today's proxies it has all that a connection has.
func TestBlockedConnectionsStartAtZero(t *testing.T) {
	dir := filepath.Join(casesDir, "istio-1.3-blog")
	for schema, want := range map[contract.Schema][]string{
		contract.SchemaIstio13: {"istio_tcp_connections_closed_total"},
		contract.SchemaIstio: {
			"istio_tcp_connections_closed_total", "istio_tcp_connections_opened_total",
			"istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total",
		},
	} {
		t.Run(string(schema), func(t *testing.T) {
			c := Read(t, dir)
			c.config.Processor["schema"] = string(schema)
			metrics := c.Count(t, c.Label(t))
			for _, zeros := range []bool{true, false} {
				assert.Equal(t, want, blocked(formatMetrics(schema, metrics, zeros)))
			}
		})
	}
}

// blocked lists the metrics of connections to BlackHoleCluster.
func blocked(series string) (metrics []string) {
	for line := range strings.Lines(series) {
		metric, labels, _ := strings.Cut(line, "{")
		if strings.HasPrefix(metric, "istio_tcp") && strings.Contains(labels, `"BlackHoleCluster"`) {
			metrics = append(metrics, metric)
		}
	}
	return metrics
}
