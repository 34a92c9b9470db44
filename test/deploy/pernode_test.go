// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

// perNode is the folder for a gateway on each node, beside the gateway that it
// takes the place of.
type perNode struct {
	*manifests.PerNode
	gateway *manifests.Gateway
	config  config
	knobs   map[string]string
}

func readPerNode(t *testing.T) perNode {
	t.Helper()
	m, err := manifests.ReadPerNode(folder + "gateway-per-node")
	require.NoError(t, err)
	g, err := manifests.Read(folder + "gateway")
	require.NoError(t, err)
	n := perNode{PerNode: m, gateway: g, knobs: map[string]string{}}
	require.NoError(t, yaml.Unmarshal(expand(t, "gateway.yaml", n.Env(), n.knobs), &n.config))
	return n
}

// Proxies reach the gateway of their own node, and find it where they find the
// other one.
func TestPerNodeService(t *testing.T) {
	n := readPerNode(t)
	require.NotNil(t, n.Service.Spec.InternalTrafficPolicy)
	assert.Equal(t, corev1.ServiceInternalTrafficPolicyLocal, *n.Service.Spec.InternalTrafficPolicy)
	want := n.gateway.Service.Spec
	want.InternalTrafficPolicy = n.Service.Spec.InternalTrafficPolicy
	assert.Equal(t, want, n.Service.Spec)
	assert.Equal(t, n.gateway.Headless.Spec, n.Headless.Spec)
	assert.Equal(t, n.gateway.NetworkPolicy.Spec, n.NetworkPolicy.Spec)
	pod := &n.DaemonSet.Spec.Template
	selects(t, n.DaemonSet.Spec.Selector, pod, "DaemonSet")
	selects(t, &n.NetworkPolicy.Spec.PodSelector, pod, "NetworkPolicy")
	selects(t, metav1.SetAsLabelSelector(n.Service.Spec.Selector), pod, "Service")
}

// The container is that of the other gateway, but for what depends on its place.
func TestPerNodeContainer(t *testing.T) {
	n := readPerNode(t)
	got, want := n.Container(), n.gateway.Container()
	assert.Equal(t, []string{"--config=/etc/otelcol-istio/gateway.yaml"}, got.Args)
	assert.Equal(t, want.Image, got.Image)
	assert.Equal(t, want.Ports, got.Ports)
	assert.Equal(t, want.SecurityContext, got.SecurityContext)
	assert.Equal(t, want.StartupProbe, got.StartupProbe)
	assert.Equal(t, want.ReadinessProbe, got.ReadinessProbe)
	assert.Equal(t, want.LivenessProbe, got.LivenessProbe)
	assert.Equal(t, n.gateway.StatefulSet.Spec.Template.Annotations, n.DaemonSet.Spec.Template.Annotations)
	assert.Equal(t, n.gateway.StatefulSet.Spec.Template.Labels, n.DaemonSet.Spec.Template.Labels)
	for _, mount := range got.VolumeMounts {
		assert.True(t, mount.ReadOnly, mount.Name)
	}
	require.Len(t, n.DaemonSet.Spec.Template.Spec.Volumes, 1)
	assert.Equal(t, n.ConfigMap.Name, n.DaemonSet.Spec.Template.Spec.Volumes[0].ConfigMap.Name)

	assert.Empty(t, forbidden(t, &n.DaemonSet.Spec.Template))
}

// Two pods of one node would write the same series, so one ends before the other
// starts.
func TestPerNodeInstance(t *testing.T) {
	n := readPerNode(t)
	instance := false
	for _, v := range n.Container().Env {
		assert.Contains(t, n.knobs, v.Name)
		if v.Name == "INSTANCE_ID" {
			require.NotNil(t, v.ValueFrom)
			assert.Equal(t, "spec.nodeName", v.ValueFrom.FieldRef.FieldPath)
			instance = true
		}
	}
	assert.True(t, instance)
	assert.Equal(t, 0, n.DaemonSet.Spec.UpdateStrategy.RollingUpdate.MaxSurge.IntValue())
	assert.Contains(t, n.DaemonSet.Spec.Template.Spec.Tolerations, corev1.Toleration{Operator: corev1.TolerationOpExists})
}

// The memory and the time that it has are what the configuration needs.
func TestPerNodeResources(t *testing.T) {
	n := readPerNode(t)
	memory := n.Container().Resources.Limits[corev1.ResourceMemory]
	assert.Equal(t, memory, n.Container().Resources.Requests[corev1.ResourceMemory])
	assert.GreaterOrEqual(t, memory.Value(), int64(n.config.Processors.MemoryLimiter.LimitMiB+64)<<20)
	assert.NotContains(t, n.Container().Resources.Limits, corev1.ResourceCPU)
	needs := n.config.Exporters.RemoteWrite.ShutdownTimeout + 15*time.Second
	assert.GreaterOrEqual(t, time.Duration(*n.DaemonSet.Spec.Template.Spec.TerminationGracePeriodSeconds)*time.Second, needs)
}
