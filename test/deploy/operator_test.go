// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

const operatorFolder = root + "deploy/prometheus/operator"

// readOperator fails on a field or an enum that the Prometheus operator does not know.
func readOperator(t *testing.T) *manifests.Operator {
	t.Helper()
	o, err := manifests.ReadOperator(operatorFolder)
	require.NoError(t, err)
	return o
}

// scrapes tells at which port of a pod a monitor scrapes.
func scrapes(t *testing.T, m *monitoringv1.PodMonitor, namespace string, pod corev1.PodTemplateSpec) int32 {
	t.Helper()
	assert.Equal(t, namespace, m.Namespace, "it looks for pods in its own namespace")
	selector, err := metav1.LabelSelectorAsSelector(&m.Spec.Selector)
	require.NoError(t, err)
	assert.True(t, selector.Matches(labels.Set(pod.Labels)))
	require.Len(t, m.Spec.PodMetricsEndpoints, 1)
	for _, p := range pod.Spec.Containers[0].Ports {
		if p.Name == *m.Spec.PodMetricsEndpoints[0].Port {
			return p.ContainerPort
		}
	}
	return 0
}

func TestPodMonitorScrapesEachGateway(t *testing.T) {
	m := readOperator(t).PodMonitor
	eachGateway(t, func(t *testing.T, g gateway) {
		want := g.config.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus.Port
		assert.Equal(t, want, scrapes(t, m, g.StatefulSet.Namespace, g.StatefulSet.Spec.Template))
	})
	n := readNode(t)
	want := n.config.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus.Port
	assert.Equal(t, want, scrapes(t, m, n.DaemonSet.Namespace, n.pod))
}

// What is scraped has the job of what the gateway writes, which the rules select.
func TestPodMonitorLabels(t *testing.T) {
	endpoint := readOperator(t).PodMonitor.Spec.PodMetricsEndpoints[0]
	assert.True(t, endpoint.HonorLabels, "the namespace of a proxy is not that of the gateway")
	job := ""
	for _, r := range endpoint.RelabelConfigs {
		if r.TargetLabel == "job" {
			job = *r.Replacement
		}
	}
	g := readGateway(t, "gateway", "gateway.yaml", "storage.yaml")
	assert.Equal(t, g.knobs["SERVICE_NAME"], job)
}

// The object has the rules of the file.
func TestPrometheusRule(t *testing.T) {
	var file rulefmt.RuleGroups
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/prometheus/rules.yaml")), &file))
	groups := readOperator(t).PrometheusRule.Spec.Groups
	require.Len(t, groups, len(file.Groups))
	for i, want := range file.Groups {
		assert.Equal(t, want.Name, groups[i].Name)
		require.Len(t, groups[i].Rules, len(want.Rules))
		for j, rule := range want.Rules {
			got := groups[i].Rules[j]
			assert.Equal(t, rule.Record, got.Record)
			assert.Equal(t, rule.Alert, got.Alert)
			assert.Equal(t, rule.Expr, got.Expr.StrVal)
			assert.Equal(t, rule.Labels, got.Labels)
			assert.Equal(t, rule.Annotations, got.Annotations)
		}
	}
}
