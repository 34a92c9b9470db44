// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Why Kiali's graph leaves a series out.
const (
	shown            = "shown"
	labelMissing     = "a label is missing"
	sourceIncomplete = "the source has a namespace, and no workload or canonical service"
	sourceCluster    = "the source has a namespace, and no cluster"
	destAddress      = "the destination is an address"
	destCluster      = "the destination has a namespace, and no cluster"
)

// kialiNeeds are the labels that its graph groups by and that must be there.
// grpc_response_status and the two clusters may be missing.
var kialiNeeds = []contract.Label{
	contract.SourceWorkloadNamespace, contract.SourceWorkload, contract.SourceCanonicalService, contract.SourceCanonicalRevision,
	contract.DestinationServiceNamespace, contract.DestinationService, contract.DestinationServiceName,
	contract.DestinationWorkloadNamespace, contract.DestinationWorkload, contract.DestinationCanonicalService, contract.DestinationCanonicalRevision,
	contract.ResponseFlags,
}

var address = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+(:\d+)?$`)

// inKiali tells what Kiali's graph does with a series. Source: Kiali,
// graph/telemetry/istio/util/util.go, IsBadSourceTelemetry, HandleDestination and
// IsBadDestTelemetry.
func inKiali(series map[string]string) string {
	get := func(l contract.Label) string { return series[l.String()] }
	known := func(l contract.Label) bool { return get(l) != "" && get(l) != "unknown" }
	unknown := func(l contract.Label) bool { return get(l) == "unknown" }
	for _, l := range kialiNeeds {
		if get(l) == "" {
			return labelMissing
		}
	}
	namespace := known(contract.SourceWorkloadNamespace)
	switch {
	case namespace && !known(contract.SourceWorkload) && !known(contract.SourceCanonicalService):
		return sourceIncomplete
	case namespace && unknown(contract.SourceCluster):
		return sourceCluster
	}
	service := get(contract.DestinationService)
	switch {
	case !known(contract.DestinationWorkload) && service == get(contract.DestinationServiceName) && address.MatchString(service):
		return destAddress
	case known(contract.DestinationServiceNamespace) && unknown(contract.DestinationCluster) && !known(contract.SourceCluster):
		return destCluster
	}
	return shown
}

// kialiOf counts what Kiali does with the requests and connections of a case.
func kialiOf(t *testing.T, dir string, settings map[string]any) map[string]int {
	t.Helper()
	c := Read(t, dir)
	c.config.Processor = merge(t, c.config.Processor, settings)
	counts := map[string]int{}
	for _, series := range allSeries(c.Count(t, c.Label(t))) {
		if name := series["__name__"]; name == "istio_requests_total" || name == "istio_tcp_sent_bytes_total" {
			counts[inKiali(series)]++
		}
	}
	return counts
}

func TestKialiTable(t *testing.T) {
	for name, test := range map[string]struct {
		dir      string
		settings map[string]any
		want     map[string]int
	}{
		"text with k8s attributes": {dir: "kubernetes-resource", want: map[string]int{shown: 3}},
		"no cluster_id":            {dir: "kubernetes-resource", settings: map[string]any{"cluster_id": ""}, want: map[string]int{shown: 3}},
		"an unknown cluster": {
			dir: "kubernetes-resource", settings: map[string]any{"labels": map[string]any{"source_cluster": `"unknown"`, "destination_cluster": `"unknown"`}},
			want: map[string]int{sourceCluster: 2, destCluster: 1},
		},
		"Istio 1.3":              {dir: "istio-1.3-blog", want: map[string]int{labelMissing: 3}},
		"text of real proxies":   {dir: "capture-sidecars-text", want: map[string]int{shown: 21}},
		"labels of real proxies": {dir: "capture-sidecars-labels", want: map[string]int{shown: 26, sourceIncomplete: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, kialiOf(t, filepath.Join(casesDir, test.dir), test.settings))
		})
	}
}

// No case is left out because nobody knows the cluster.
func TestKialiKnowsTheCluster(t *testing.T) {
	entries, err := os.ReadDir(casesDir)
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			counts := kialiOf(t, filepath.Join(casesDir, entry.Name()), nil)
			assert.Zero(t, counts[sourceCluster], entry.Name())
			assert.Zero(t, counts[destCluster], entry.Name())
		}
	}
}
