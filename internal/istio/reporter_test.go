// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReporter(t *testing.T) {
	const (
		waypoint = "waypoint~10.0.0.1~way-6b8c5d7f9-abcde.infra~infra.svc.cluster.local"
		server   = "spiffe://cluster.local/ns/foo/sa/httpbin"
		client   = "spiffe://cluster.local/ns/default/sa/sleep"
	)
	for name, tc := range map[string]struct {
		in     map[string]string
		want   Reporter
		client bool
	}{
		"operators":       {map[string]string{"workload_name": "sleep", "namespace": "default"}, Reporter{"default", "sleep"}, true},
		"node id":         {map[string]string{"node_id": aSidecar}, Reporter{"default", "sleep"}, true},
		"gateway":         {map[string]string{"node_id": aGateway}, Reporter{"istio-system", "egress"}, false},
		"nobody":          {nil, Reporter{}, true},
		"certificate":     {map[string]string{"workload_name": "sleep", "listener_direction": "2", "upstream_local_uri_san": client, "downstream_local_uri_san": server}, Reporter{"default", "sleep"}, true},
		"inbound":         {map[string]string{"listener_direction": "1", "workload_name": "httpbin", "upstream_local_uri_san": client, "downstream_local_uri_san": server}, Reporter{"foo", "httpbin"}, false},
		"waypoint":        {map[string]string{"node_id": waypoint, "downstream_local_uri_san": server}, Reporter{"infra", "way"}, false},
		"not fit to show": {map[string]string{"workload_name": "a\nb", "namespace": "default"}, Reporter{"default", "a\uFFFDb"}, true},
		"calls itself so": {map[string]string{"workload_name": Unknown, "namespace": "default"}, Reporter{"default", Unknown}, true},
	} {
		t.Run(name, func(t *testing.T) {
			rec := recordOf(t, tc.in)
			f := factsOf(&defaults, rec)
			assert.Equal(t, tc.want, f.Reporter(rec))
			assert.Equal(t, tc.want, defaults.Derive(rec, f).Reporter)
			assert.Equal(t, tc.client, f.IsClient())
		})
	}
}

func TestReporterWithoutAllocations(t *testing.T) {
	rec := recordOf(t, map[string]string{"node_id": aSidecar})
	f := factsOf(&defaults, rec)
	assert.Zero(t, testing.AllocsPerRun(100, func() { f.Reporter(rec) }))
}

func TestKnownReporters(t *testing.T) {
	assert.True(t, Reporter{"default", "sleep"}.IsKnown())
	for _, r := range []Reporter{{}, {"", "sleep"}, {"default", ""}, {Unknown, "sleep"}, {"default", Unknown}} {
		assert.False(t, r.IsKnown(), r)
	}
}

func TestIsOutside(t *testing.T) {
	for name, tc := range map[string]struct {
		in   map[string]string
		want bool
	}{
		"passthrough":      {map[string]string{"upstream_cluster": "PassthroughCluster"}, true},
		"black hole":       {map[string]string{"upstream_cluster": "BlackHoleCluster;"}, true},
		"refused by route": {map[string]string{"route_name": "block_all", "protocol": "HTTP/1.1", "upstream_cluster": "-"}, true},
		"refused":          {map[string]string{"upstream_cluster": "-", "response_flags": "UH", "protocol": "-"}, true},
		"service entry":    {map[string]string{"upstream_cluster": "outbound|443||api.example.com"}, false},
		"service":          {map[string]string{"upstream_cluster": "outbound|80||a.b.svc.cluster.local"}, false},
		"came in":          {map[string]string{"upstream_cluster": "InboundPassthroughCluster", "listener_direction": "1"}, false},
	} {
		rec := recordOf(t, tc.in)
		f := factsOf(&defaults, rec)
		assert.Equal(t, tc.want, defaults.IsOutside(rec, f), name)
	}
	o := defaults
	o.BlockedWithoutCluster = Unknown
	rec := recordOf(t, map[string]string{"upstream_cluster": "-", "response_flags": "UH", "protocol": "-"})
	assert.False(t, o.IsOutside(rec, factsOf(&o, rec)))
}
