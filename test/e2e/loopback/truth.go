// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bufio"
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Counted is what a sidecar itself counted, with no access log in between.
type Counted struct {
	Exchanges, Received, Sent float64
}

// Add sums up the counts of two sidecars.
func (c Counted) Add(other Counted) Counted {
	return Counted{c.Exchanges + other.Exchanges, c.Received + other.Received, c.Sent + other.Sent}
}

// The kinds of exchanges, by the type that their last record has.
const (
	Requests    = "DownstreamEnd"
	Connections = "TcpConnectionEnd"
)

// statsLogger has Envoy count exchanges of each kind and their bytes on the
// wire, wherever it logs.
var statsLogger = map[string]any{
	"name": "envoy.access_loggers.stats",
	"typed_config": map[string]any{
		"@type":       "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config",
		"stat_prefix": "truth",
		"counters": []map[string]any{
			{"stat": byType("exchanges"), "value_fixed": 1},
			{"stat": byType("received"), "value_format": "%DOWNSTREAM_WIRE_BYTES_RECEIVED%"},
			{"stat": byType("sent"), "value_format": "%DOWNSTREAM_WIRE_BYTES_SENT%"},
		},
	},
}

func byType(name string) map[string]any {
	return map[string]any{"name": name, "tags": []map[string]any{{"name": "type", "value_format": "%ACCESS_LOG_TYPE%"}}}
}

var countedLine = regexp.MustCompile(`^envoy_truth_(exchanges|received|sent)\{type="(\w+)"\} (\d+)$`)

// Counted asks the sidecar what it counted of one kind.
func (s *Sidecar) Counted(t *testing.T, kind string) Counted {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.admin+"/stats/prometheus?filter=truth", http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	var c Counted
	into := map[string]*float64{"exchanges": &c.Exchanges, "received": &c.Received, "sent": &c.Sent}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if m := countedLine.FindStringSubmatch(lines.Text()); m != nil && m[2] == kind {
			*into[m[1]], err = strconv.ParseFloat(m[3], 64)
			require.NoError(t, err)
		}
	}
	require.NoError(t, lines.Err())
	return c
}
