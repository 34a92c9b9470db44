// SPDX-License-Identifier: Apache-2.0

package rowmetrics

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

func TestLabels(t *testing.T) {
	source := egress.Source{Namespace: "shop", Workload: "web", App: "left out"}
	for name, test := range map[string]struct {
		key  egress.Key
		want map[string]string
	}{
		"row": {
			egress.Key{
				Source: source, Destination: "api.example.com", NameSource: egress.NameOfEntry, Port: 8443,
				Traffic: egress.GRPC, Decision: egress.Allowed, Entry: "*.example.com",
			},
			map[string]string{
				"source_workload_namespace": "shop", "source_workload": "web", "destination_host": "api.example.com",
				"destination_port": "8443", "traffic": "grpc", "decision": "allowed", "name_source": "entry",
			},
		},
		"without a port and a name": {
			egress.Key{Source: source, Destination: "203.0.113.1", Traffic: egress.TCP, Decision: egress.Blocked},
			map[string]string{
				"source_workload_namespace": "shop", "source_workload": "web", "destination_host": "203.0.113.1",
				"traffic": "tcp", "decision": "blocked", "name_source": "none",
			},
		},
		"other ports": {
			egress.Key{Source: source, Destination: "203.0.113.1", OtherPorts: true, Traffic: egress.TCP, Decision: egress.Blocked},
			map[string]string{
				"source_workload_namespace": "shop", "source_workload": "web", "destination_host": "203.0.113.1",
				"destination_port": "other", "traffic": "tcp", "decision": "blocked", "name_source": "none",
			},
		},
		"overflow of a workload": {
			egress.Key{Source: source, Decision: egress.Passed, Overflow: true},
			map[string]string{
				"source_workload_namespace": "shop", "source_workload": "web", "decision": "passed", "otel_metric_overflow": "true",
			},
		},
		"overflow of all others": {
			egress.Key{Decision: egress.Passed, Overflow: true},
			map[string]string{"decision": "passed", "otel_metric_overflow": "true"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := New(aggregate.New(Options(), 1))
			s := m.Begin(&test.key)
			got := map[string]string{}
			for _, l := range s.Labels {
				got[l.Name] = l.Value
			}
			assert.Equal(t, test.want, got)
			others := slices.DeleteFunc(slices.Clone(s.Labels), func(l aggregate.Label) bool {
				return slices.Contains([]string{"source_workload_namespace", "source_workload", "destination_host"}, l.Name)
			})
			assert.True(t, slices.IsSortedFunc(others, func(a, b aggregate.Label) int { return strings.Compare(a.Name, b.Name) }), "a set of labels has one key")
			assert.Same(t, s, m.Begin(&test.key))
		})
	}
}
