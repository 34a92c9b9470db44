// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"bufio"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

// receiver is the beginning of the names of the receiver's metrics.
const receiver = "otelcol_receiver_envoy_access_log_"

// account is how the gateway tells of an attack: a metric counts it by reason, and
// its log names the reason and the attacker. The zero value is for an attack that
// needs none.
type account struct {
	metric, label, reason string
	// node is true where the log has the attacker's node id, too.
	node bool
}

// refused requests are those over OTLP.
func refused(reason string) account {
	return account{metric: receiver + "refused_requests", label: "reason", reason: reason}
}

// lostEntries are those over ALS.
func lostEntries(outcome string) account {
	return account{metric: receiver + "entries", label: "outcome", reason: outcome, node: true}
}

// limitedConnections are those that were refused or ended at a limit.
func limitedConnections(reason string) account {
	return account{metric: receiver + "limited_connections", label: "reason", reason: reason}
}

// limitedStreams are those that were refused or ended at a limit.
func limitedStreams(reason string) account {
	return account{metric: receiver + "limited_streams", label: "reason", reason: reason}
}

func (a account) check(t *testing.T, g *gateway) {
	t.Helper()
	if a.metric == "" {
		return
	}
	client := `"client_address": "` + regexp.QuoteMeta(attack.Attacker) + `"`
	if a.node {
		client += `.*"node_id": "` + regexp.QuoteMeta(nodeID("intruder")) + `"`
	}
	warning := regexp.MustCompile(`(?m)\twarn\t.*"reason": "` + a.reason + `".*` + client)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Positive(c, g.telemetry(t, a.metric, fmt.Sprintf("%s=%q", a.label, a.reason)), "%s by %s %q", a.metric, a.label, a.reason)
		assert.True(c, warning.MatchString(g.Process.Log()), "no line of the log is like %s", warning)
	}, settleTimeout, pollInterval)
}

// TestLastHeard has every proxy that says its node id in a gauge of when it was
// last heard, so that one that fell silent can be told from one without traffic.
func TestLastHeard(t *testing.T) {
	t.Parallel()
	g := startGateway(t, options{})
	began := time.Now().Unix()
	for _, h := range honestSenders(t, g, "honest", attack.Bystander) {
		require.NoError(t, h.send(t.Context(), 1))
	}
	want := []string{nodeID("honest-labels"), nodeID("honest-als"), nodeID("honest-new")}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		heard := g.lastHeard(t)
		for _, node := range want {
			assert.GreaterOrEqual(c, heard[node], began, node)
		}
		assert.Len(c, heard, len(want), "no others")
	}, settleTimeout, pollInterval)
}

var heardLine = regexp.MustCompile(`^` + receiver + `proxy_last_heard\{(.*)\} (\S+)$`)

// lastHeard has the time of each proxy in the namespace.
func (g *gateway) lastHeard(t *testing.T) map[string]int64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Telemetry, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	heard := map[string]int64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		m := heardLine.FindStringSubmatch(lines.Text())
		if m == nil || !strings.Contains(m[1], fmt.Sprintf("namespace=%q", namespace)) {
			continue
		}
		_, node, _ := strings.Cut(m[1], `node_id="`)
		node, _, _ = strings.Cut(node, `"`)
		at, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		heard[node] = int64(at)
	}
	require.NoError(t, lines.Err())
	return heard
}
