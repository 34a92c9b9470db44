// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// Container port, what the configuration listens on, and where it is served.
func TestPorts(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		c := g.config
		records := map[string]int32{
			"grpc-otlp": port(t, c.Receivers.EnvoyAccessLog.Protocols.OTLP.GRPC),
			"http-otlp": port(t, c.Receivers.EnvoyAccessLog.Protocols.OTLP.HTTP),
			"grpc-als":  port(t, c.Receivers.EnvoyAccessLog.Protocols.GRPC),
		}
		require.Len(t, c.Service.Telemetry.Metrics.Readers, 1)
		metrics := map[string]int32{"http-metrics": c.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus.Port}
		all := map[string]int32{"http-health": port(t, c.Extensions.HealthCheck)}
		for _, some := range []map[string]int32{records, metrics} {
			for name, number := range some {
				all[name] = number
			}
		}

		listens := map[string]int32{}
		for _, p := range g.Container().Ports {
			assert.Empty(t, validation.IsValidPortName(p.Name), p.Name)
			assert.NotContains(t, listens, p.Name)
			assert.Zero(t, p.HostPort, p.Name)
			listens[p.Name] = p.ContainerPort
		}
		assert.Equal(t, all, listens)
		assert.Equal(t, records, served(t, g.Service), "records, and nothing else")
		assert.Equal(t, metrics, served(t, g.Headless))

		page, err := netip.ParseAddrPort(c.Extensions.EgressPage.Endpoint)
		require.NoError(t, err)
		assert.True(t, page.Addr().IsLoopback(), "kubectl port-forward reaches the page, and nobody else")

		var let []string
		for _, rule := range g.NetworkPolicy.Spec.Ingress {
			require.NotEmpty(t, rule.From)
			for _, p := range rule.Ports {
				let = append(let, p.Port.StrVal)
			}
		}
		assert.ElementsMatch(t, []string{"grpc-otlp", "http-otlp", "grpc-als", "http-metrics"}, let)

		scrape := g.StatefulSet.Spec.Template.Annotations
		assert.Equal(t, "true", scrape["prometheus.io/scrape"])
		assert.Equal(t, strconv.Itoa(int(metrics["http-metrics"])), scrape["prometheus.io/port"])
		assert.NotContains(t, scrape, "prometheus.io/path", "the default, /metrics, is where they are")
	})
}

// served are the ports of a service, which lead to the container's of the same
// name, as Istio reads them.
func served(t *testing.T, s *corev1.Service) map[string]int32 {
	ports := map[string]int32{}
	for _, p := range s.Spec.Ports {
		assert.Equal(t, p.Name, p.TargetPort.StrVal)
		protocol, _, _ := strings.Cut(p.Name, "-")
		require.NotNil(t, p.AppProtocol, p.Name)
		assert.Equal(t, protocol, *p.AppProtocol, p.Name)
		ports[p.Name] = p.Port
	}
	return ports
}

// port is that of an endpoint which other hosts reach.
func port(t *testing.T, e endpoint) int32 {
	t.Helper()
	a, err := netip.ParseAddrPort(e.Endpoint)
	require.NoError(t, err)
	assert.True(t, a.Addr().IsUnspecified(), e.Endpoint)
	return int32(a.Port())
}
