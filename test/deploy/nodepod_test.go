// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// What the pod is allowed beyond the strictest security standard is what reading
// logs takes: folders of the node, and to be root, which owns them.
func TestNodeSecurity(t *testing.T) {
	n := readNode(t)
	var reasons []string
	for _, r := range forbidden(t, &n.pod) {
		reasons = append(reasons, r.ForbiddenReason)
	}
	assert.ElementsMatch(t, []string{"restricted volume types", "runAsNonRoot != true", "runAsUser=0"}, reasons)
	c := n.Container().SecurityContext
	assert.True(t, *c.ReadOnlyRootFilesystem)
	assert.Empty(t, c.Capabilities.Add)
	assert.False(t, *n.ServiceAccount.AutomountServiceAccountToken)
	assert.Nil(t, n.pod.Spec.AutomountServiceAccountToken)
	assert.Equal(t, n.ServiceAccount.Name, n.pod.Spec.ServiceAccountName)
	assert.Equal(t, "false", n.pod.Labels["sidecar.istio.io/inject"])
}

// Variables are those that the configuration reads. The label `instance` is the
// node's name, which lasts.
func TestNodeEnv(t *testing.T) {
	n := readNode(t)
	set := map[string]corev1.EnvVar{}
	for _, v := range n.Container().Env {
		assert.Contains(t, n.knobs, v.Name)
		set[v.Name] = v
	}
	assert.NotEmpty(t, set["REMOTE_WRITE_ENDPOINT"].Value)
	require.NotNil(t, set["INSTANCE_ID"].ValueFrom)
	assert.Equal(t, "spec.nodeName", set["INSTANCE_ID"].ValueFrom.FieldRef.FieldPath)
	assert.False(t, *n.pod.Spec.EnableServiceLinks)
	var builder struct{ Dist struct{ Version string } }
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "builder-config.yaml")), &builder))
	assert.Equal(t, "otelcol-istio:"+builder.Dist.Version, n.Container().Image)
}

// Nothing is sent to the pods, and only one of a node has the positions.
func TestNodePorts(t *testing.T) {
	n := readNode(t)
	require.Len(t, n.config.Service.Telemetry.Metrics.Readers, 1)
	metrics := n.config.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus.Port
	listens := map[string]int32{}
	for _, p := range n.Container().Ports {
		listens[p.Name] = p.ContainerPort
		assert.Zero(t, p.HostPort, p.Name)
	}
	assert.Equal(t, map[string]int32{"http-metrics": metrics, "http-health": port(t, n.config.Extensions.HealthCheck)}, listens)
	assert.Equal(t, strconv.Itoa(int(metrics)), n.pod.Annotations["prometheus.io/port"])
	selects(t, n.DaemonSet.Spec.Selector, &n.pod, "DaemonSet")
	selects(t, &n.NetworkPolicy.Spec.PodSelector, &n.pod, "NetworkPolicy")
	assert.Equal(t, []string{"http-metrics"}, open(t, n.NetworkPolicy.Spec, labels.Set{"app": "prometheus"}))
	assert.Equal(t, 0, n.DaemonSet.Spec.UpdateStrategy.RollingUpdate.MaxSurge.IntValue())
}

// The memory and the time that it has are what the configuration needs.
func TestNodeResources(t *testing.T) {
	n := readNode(t)
	memory := n.Container().Resources.Limits[corev1.ResourceMemory]
	assert.Equal(t, memory, n.Container().Resources.Requests[corev1.ResourceMemory])
	assert.GreaterOrEqual(t, memory.Value(), int64(n.config.Processors.MemoryLimiter.LimitMiB+50)<<20)
	assert.NotContains(t, n.Container().Resources.Limits, corev1.ResourceCPU)
	needs := n.config.Exporters.RemoteWrite.ShutdownTimeout + 15*time.Second
	assert.Greater(t, time.Duration(*n.pod.Spec.TerminationGracePeriodSeconds)*time.Second, needs)
}
