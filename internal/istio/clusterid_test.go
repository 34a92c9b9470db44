// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestClusters(t *testing.T) {
	const (
		passthrough = "PassthroughCluster"
		outbound    = "outbound|80||a.b.svc.cluster.local"
		inbound     = "inbound|8080||"
		waypoint    = "inbound-vip|9080|http|reviews.bookinfo.svc.cluster.local;"
	)
	for name, tc := range map[string]struct {
		in   map[string]string
		want [2]string // source, destination
		// without is the same where the user gave no cluster.
		without [2]string
	}{
		"outbound, outside":             {map[string]string{"upstream_cluster": passthrough}, [2]string{"mine", Unknown}, [2]string{}},
		"outbound, a service":           {map[string]string{"upstream_cluster": outbound}, [2]string{"mine", Unknown}, [2]string{}},
		"outbound, told":                {map[string]string{"upstream_cluster": outbound, "cluster_id": "east", "upstream_workload": "w;b;c;;west"}, [2]string{"east", "west"}, [2]string{"east", "west"}},
		"outbound, told in part":        {map[string]string{"upstream_cluster": outbound, "upstream_workload": "w;b;c;;west"}, [2]string{"mine", "west"}, [2]string{"", "west"}},
		"inbound, nobody known":         {map[string]string{"upstream_cluster": inbound}, [2]string{Unknown, "mine"}, [2]string{}},
		"inbound, client's certificate": {map[string]string{"upstream_cluster": inbound, "downstream_peer_uri_san": "spiffe://x/ns/a/sa/b"}, [2]string{"mine", "mine"}, [2]string{}},
		"inbound, told":                 {map[string]string{"upstream_cluster": inbound, "cluster_id": "east"}, [2]string{Unknown, "east"}, [2]string{"", "east"}},
		"waypoint":                      {map[string]string{"upstream_cluster": waypoint}, [2]string{Unknown, "mine"}, [2]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			for key, v := range map[string]string{"protocol": "HTTP/1.1", "method": "GET", "response_code": "200"} {
				tc.in[key] = v
			}
			rec := recordOf(t, tc.in)
			clusters := func(id string) [2]string {
				o := defaults
				o.ClusterID = id
				facts := o.Classify(rec)
				ls := o.Derive(rec, &facts).Labels
				return [2]string{ls[contract.SourceCluster], ls[contract.DestinationCluster]}
			}
			assert.Equal(t, tc.want, clusters("mine"))
			assert.Equal(t, tc.without, clusters(""))
		})
	}
}

// Istio 1.3 has no clusters.
func TestNoClusters(t *testing.T) {
	o := defaults
	o.Schema, o.ClusterID = contract.SchemaIstio13, "mine"
	rec := recordOf(t, map[string]string{"protocol": "HTTP/1.1", "method": "GET", "response_code": "200", "upstream_cluster": "PassthroughCluster"})
	facts := o.Classify(rec)
	ls := o.Derive(rec, &facts).Labels
	assert.Empty(t, ls[contract.SourceCluster])
	assert.Empty(t, ls[contract.DestinationCluster])
}
