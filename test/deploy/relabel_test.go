// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// Prometheus drops the outside traffic of proxies, and nothing else. It changes no series.
func TestScrapeRelabel(t *testing.T) {
	var job struct {
		Rules []*relabel.Config `yaml:"metric_relabel_configs"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/istio/scrape-relabel.yaml")), &job))
	require.NotEmpty(t, job.Rules)
	for _, rule := range job.Rules {
		require.NoError(t, rule.Validate(model.UTF8Validation))
	}
	for name, test := range map[string]struct {
		metric, reporter, name, service string
		keep                            bool
	}{
		"blocked request":          {"istio_requests_total", "source", "BlackHoleCluster", "unknown", false},
		"blocked connection":       {"istio_tcp_connections_closed_total", "source", "BlackHoleCluster", "unknown", false},
		"connection let through":   {"istio_tcp_sent_bytes_total", "source", "PassthroughCluster", "unknown", false},
		"histogram":                {"istio_request_duration_milliseconds_bucket", "source", "PassthroughCluster", "www.example.com", false},
		"Host that is a service's": {"istio_requests_total", "source", "PassthroughCluster", "reviews.shop.svc.cluster.local", false},
		"host looked up":           {"istio_requests_total", "source", "www.example.com", "www.example.com", false},
		"ServiceEntry":             {"istio_requests_total", "source", "api.example.org", "api.example.org", false},
		"service":                  {"istio_requests_total", "source", "reviews", "reviews.shop.svc.cluster.local", true},
		"service of a mesh":        {"istio_requests_total", "source", "reviews", "reviews.shop.svc.clusterset.local", true},
		"service of a like name":   {"istio_requests_total", "source", "PassthroughCluster-proxy", "PassthroughCluster-proxy.shop.svc.cluster.local", true},
		"inbound":                  {"istio_requests_total", "destination", "InboundPassthroughCluster", "unknown", true},
		"inbound, to the workload": {"istio_requests_total", "destination", "reviews", "reviews.shop.svc.cluster.local", true},
		"Envoy's own":              {"envoy_cluster_upstream_rq_total", "source", "BlackHoleCluster", "unknown", true},
		"the application's":        {"http_requests_total", "", "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			series := labels.FromStrings("__name__", test.metric, "reporter", test.reporter, "destination_service_name", test.name, "destination_service", test.service)
			result := labels.NewBuilder(series)
			assert.Equal(t, test.keep, relabel.ProcessBuilder(result, job.Rules...))
			if test.keep {
				assert.Equal(t, series.WithoutEmpty(), result.Labels(), "nothing is added")
			}
		})
	}
}
