// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
)

// What would do nothing, or not what it says, is refused before anything is
// installed. The error names the value.
func TestRefusedValues(t *testing.T) {
	for name, c := range map[string]struct{ values, want string }{
		"unknown value":           {"replicas: 3", "replicas"},
		"unknown value below":     {"limits: {serie: 3}", "serie"},
		"unknown mode":            {"mode: deamonset", "/mode"},
		"unknown schema":          {"schema: istio-2", "/schema"},
		"number in place of text": {"remoteWrite: {protocol: 2.0}", "/remoteWrite/protocol"},
		"no URL":                  {"remoteWrite: {endpoint: 'prometheus:9090'}", "/remoteWrite/endpoint"},
		"no limit":                {"limits: {series: 0}", "/limits/series"},
		"too few rows":            {"limits: {egressRows: 99}", "/limits/egressRows"},
		"text in place of number": {"limits: {series: 100k}", "/limits/series"},
		"page on each node":       {"{mode: gateway-per-node, page: {enabled: true}}", "`page.enabled` needs `mode` gateway"},
		"page without storage":    {"{storage: {enabled: false}, page: {enabled: true}}", "`page.enabled` needs `storage.enabled`"},
		"log files with API":      {"{mode: node, k8sAttributes: {enabled: true}}", "`k8sAttributes.enabled`"},
		"log files with TLS":      {"{mode: node, mutualTLS: {enabled: true}}", "`mutualTLS.enabled`"},
		"variable set twice":      {"extraEnv: [{name: MEMORY_LIMIT_MIB, value: '1'}]", "`extraEnv` has MEMORY_LIMIT_MIB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := render(usual, readValues(t, c.values))
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// Names of objects follow the name of the release, and do not repeat it.
func TestNames(t *testing.T) {
	for name, c := range map[string]struct{ release, values, want string }{
		"the usual":                  {"otelcol-istio", "", "StatefulSet observability/otelcol-istio"},
		"another":                    {"mesh", "", "StatefulSet observability/mesh-otelcol-istio"},
		"with the name of the chart": {"otelcol-istio-2", "", "StatefulSet observability/otelcol-istio-2"},
		"log files":                  {"otelcol-istio", "mode: node", "DaemonSet observability/otelcol-istio-node"},
		"log files by name":          {"otelcol-istio-node", "mode: node", "DaemonSet observability/otelcol-istio-node"},
		"log files, another":         {"mesh", "mode: node", "DaemonSet observability/mesh-otelcol-istio-node"},
		"set":                        {"mesh", "fullnameOverride: gateways", "StatefulSet observability/gateways"},
	} {
		t.Run(name, func(t *testing.T) {
			all := helmObjects(t, release{c.release, usual.namespace}, readValues(t, c.values))
			assert.Contains(t, all, c.want)
		})
	}
}

// Releases in one cluster share no object, as the later one would take it from the
// earlier one.
func TestReleasesShareNothing(t *testing.T) {
	values := readValues(t, "k8sAttributes: {enabled: true}")
	all := objects{}
	for _, r := range []release{
		usual,
		{usual.name, "telemetry"},
		{"mesh", "telemetry"},
		{"otelcol-istio-a", "b-c"},
		{"otelcol-istio-a-b", "c"},
	} {
		for name, object := range helmObjects(t, r, values) {
			assert.NotContains(t, all, name, r)
			all[name] = object
		}
	}
}

// Numbers are written with all their digits: Helm has them as floating point.
func TestLargeNumbers(t *testing.T) {
	for name, values := range map[string]map[string]any{
		"from a file": readValues(t, "limits: {series: 12000000}"),
		"from --set":  {"limits": map[string]any{"series": int64(12000000)}},
		"from JSON":   {"limits": map[string]any{"series": 12000000.0}},
	} {
		t.Run(name, func(t *testing.T) {
			all := helmObjects(t, usual, values)
			set, ok := all["StatefulSet observability/otelcol-istio"].(*appsv1.StatefulSet)
			require.True(t, ok)
			assert.Equal(t, "12000000", environment(set.Spec.Template.Spec.Containers[0])["MAX_SERIES"])
		})
	}
}
