// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	visibilityFile = deploy + "visibility.yaml"
	// invisible is the host of that entry.
	invisible = "visibility.invalid"
)

// visibleOn is a file with the entry of deploy/istio for two more ports, of HTTP and of
// TLS. changes are pairs of texts, the second one in the place of the first.
func visibleOn(t *testing.T, http, tls string, changes ...string) string {
	t.Helper()
	shipped, err := os.ReadFile(visibilityFile)
	require.NoError(t, err)
	text := string(shipped) + "    - {number: " + http + ", name: http-more, protocol: HTTP}\n    - {number: " + tls + ", name: tls-more, protocol: TLS}\n"
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	file := filepath.Join(t.TempDir(), "visibility.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// seenName is a row of the ledger, as far as names go.
type seenName struct {
	Destination, Decision string
	NameSource            string `json:"name_source"`
	Port                  int
}

// namesOf are the rows of a namespace, by port.
func namesOf(t *testing.T, m *mesh.Mesh, namespace string) (rows []seenName) {
	t.Helper()
	var a struct{ Rows []seenName }
	require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/egress?namespace="+namespace), &a))
	slices.SortFunc(a.Rows, func(a, b seenName) int { return a.Port - b.Port })
	return a.Rows
}

// TestVisibility says what the entry that makes names visible gives and costs. Without
// endpoints nothing reaches its own host. With NONE whoever forges that host reaches any
// address.
func TestVisibility(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), "testdata/mesh/gateway.yaml", suggestionsFolder+"cluster.yaml")
	world.ServeIdentities(t)
	named := func(from string) []mesh.Probe {
		return []mesh.Probe{
			{From: from, Address: mesh.OutsideA, Port: mesh.WhoHTTP, Name: "www.example.com"},
			{From: from, Address: mesh.OutsideA, Port: mesh.WhoTLS, Name: "www.example.com"},
		}
	}
	forged := []mesh.Probe{
		{From: "batch", Address: evil, Port: mesh.WhoHTTP, Name: invisible}, {From: "batch", Address: evil, Port: mesh.WhoTLS, Name: invisible},
	}
	greets := mesh.Probe{From: "browse", Address: mesh.OutsideA, Port: mesh.WhoGreets}
	visible := func(decision string) []seenName {
		return []seenName{{"www.example.com", decision, "host", 8180}, {"www.example.com", decision, "server_name", 8543}}
	}
	for _, tc := range []struct {
		name string
		// file is empty for a mesh without the entry.
		file    string
		visible bool
		// forged is who answers requests for the host of the entry.
		forged string
		// greets is who answers where the server speaks first.
		greets string
	}{
		{name: "without", greets: mesh.OutsideA},
		{name: "as shipped", file: visibleOn(t, mesh.WhoHTTP, mesh.WhoTLS), visible: true, greets: mesh.OutsideA},
		{
			name: "with NONE", file: visibleOn(t, mesh.WhoHTTP, mesh.WhoTLS, "resolution: STATIC", "resolution: NONE"),
			visible: true, forged: evil, greets: mesh.OutsideA,
		},
		{name: "on a port where the server speaks first", file: visibleOn(t, mesh.WhoHTTP, mesh.WhoGreets)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			config := mesh.Config{
				MeshConfigs: byLabels.meshConfigs, Resources: []string{allFile},
				GatewayConfigs: []string{gatewayFile, recordsFile, noLearnedNames}, GatewayEnv: []string{"DESTINATION_HOST=true"},
			}
			if tc.file != "" {
				config.Resources = append(config.Resources, tc.file)
			}
			m := world.Start(t, config)
			for _, p := range named("batch") {
				assert.Empty(t, m.Who(t, p), "REGISTRY_ONLY: %+v", p)
			}
			for _, p := range named("browse") {
				assert.Equal(t, mesh.OutsideA, m.Who(t, p), "ALLOW_ANY: %+v", p)
			}
			if tc.visible {
				require.Eventually(t, func() bool {
					return assert.ObjectsAreEqual(visible("blocked"), namesOf(t, m, "closed")) && assert.ObjectsAreEqual(visible("passed"), namesOf(t, m, "open"))
				}, settleTimeout, pollInterval)
			}
			for _, p := range forged {
				assert.Equal(t, tc.forged, m.Who(t, p), "%+v", p)
			}
			assert.Equal(t, tc.greets, m.Who(t, greets), "%+v", greets)
			m.Stop(t)
		})
	}
}
