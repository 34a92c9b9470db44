// SPDX-License-Identifier: Apache-2.0

//go:build linux

package e2e

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// peersName has the address of each page.
const peersName = "pages.test"

// pages are gateways whose pages ask each other, each at an address of its own.
type pages struct {
	gateways  []*gateway
	addresses []string
	client    *http.Client
}

// peersAnswer is what a page says of all.
type peersAnswer struct {
	Rows []struct {
		Destination string
		Requests    int
		FirstSeen   time.Time `json:"first_seen"`
		LastSeen    time.Time `json:"last_seen"`
	}
	Missing []string
}

func startPages(t *testing.T) *pages {
	t.Helper()
	ports, err := proc.FreePorts(1)
	require.NoError(t, err)
	files, roots := pageFiles(t)
	all := &pages{client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: pageHost}}}}
	addresses := []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"}
	hosts := withHosts(t, peersName, addresses)
	p := startPrometheus(t)
	for i, a := range addresses {
		page := fmt.Sprintf("%s:%d", a, ports[0])
		g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
			Binary: proctest.Gateway.Find(t), Configs: []string{gatewayFile, storageFile, pageFile}, Prepare: hosts,
			Env: map[string]string{
				"REMOTE_WRITE_ENDPOINT": p.WriteURL(), "INSTANCE_ID": fmt.Sprintf("gateway-%d", i), "FLUSH_INTERVAL": "1s", "STATE_DIRECTORY": t.TempDir(),
				"PAGE_ENDPOINT": page, "PAGE_FILES": files, "PAGE_PEERS_DNS": peersName, "PAGE_PEERS_ENDPOINT": fmt.Sprintf("https://%s:%d", pageHost, ports[0]),
			},
		})
		require.NoError(t, err)
		proctest.EndWith(t, g.Process)
		all.gateways = append(all.gateways, &gateway{Gateway: g, prometheus: p})
		all.addresses = append(all.addresses, page)
	}
	return all
}

// ask gets a path of a page.
func (p *pages) ask(t *testing.T, number int, path string) (a peersAnswer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+p.addresses[number]+path, http.NoBody)
	require.NoError(t, err)
	request.SetBasicAuth("reader", "secret")
	response, err := p.client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, &a))
	return a
}

// TestEgressPeers has three gateways with config/page.yaml, whose workload goes to one destination. Each page
// answers for all: counts are added up, from the first time to the last. When one is
// away, the others name it.
func TestEgressPeers(t *testing.T) {
	t.Parallel()
	p := startPages(t)
	counts := []int{3, 40, 500}
	var own []peersAnswer
	for i, g := range p.gateways {
		g.flood(t, flood.Flood{Kind: flood.Requests, Records: counts[i], Destinations: 1, PerRequest: 10, Workloads: 1, Workload: "w"})
		require.Eventually(t, func() bool {
			own = append(own[:i], p.ask(t, i, "/api/v1/local"))
			return len(own[i].Rows) == 1 && own[i].Rows[0].Requests == counts[i]
		}, settleTimeout, pollInterval)
	}

	for i := range p.gateways {
		a := p.answers(t, i, 3+40+500)
		assert.Empty(t, a.Missing)
		require.Len(t, a.Rows, 1)
		assert.Equal(t, own[0].Rows[0].FirstSeen, a.Rows[0].FirstSeen)
		assert.Equal(t, own[2].Rows[0].LastSeen, a.Rows[0].LastSeen)
	}
	require.True(t, own[0].Rows[0].FirstSeen.Before(own[1].Rows[0].FirstSeen) && own[1].Rows[0].LastSeen.Before(own[2].Rows[0].LastSeen))

	require.NoError(t, p.gateways[1].Stop())
	for _, i := range []int{0, 2} {
		a := p.answers(t, i, 3+500)
		assert.Equal(t, []string{p.addresses[1]}, a.Missing)
	}
}

// answers waits for the answer of a page with so many requests: it may be some seconds
// old.
func (p *pages) answers(t *testing.T, number, requests int) (a peersAnswer) {
	t.Helper()
	sum := 0
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		a, sum = p.ask(t, number, "/api/v1/egress"), 0
		for _, r := range a.Rows {
			sum += r.Requests
		}
		if sum == requests {
			return a
		}
	}
	require.Failf(t, "it never came", "page %d has %d requests, want %d: %+v", number, sum, requests, a)
	return a
}
