// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// The pod passes the strictest of Kubernetes' pod security standards, and
// writes nothing but its state.
func TestPodSecurity(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		pod := g.StatefulSet.Spec.Template
		assert.Empty(t, forbidden(t, &pod))

		require.NotNil(t, pod.Spec.SecurityContext.RunAsUser)
		assert.Positive(t, *pod.Spec.SecurityContext.RunAsUser)
		c := g.Container().SecurityContext
		require.NotNil(t, c.ReadOnlyRootFilesystem)
		assert.True(t, *c.ReadOnlyRootFilesystem)
		assert.Empty(t, c.Capabilities.Add)
		for _, mount := range g.Container().VolumeMounts {
			assert.Equal(t, mount.MountPath != g.config.Extensions.FileStorage.Directory, mount.ReadOnly, mount.Name)
		}
	})
}

// forbidden is what a pod needs beyond the strictest security standard.
func forbidden(t *testing.T, pod *corev1.PodTemplateSpec) []policy.CheckResult {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(t, err)
	results := evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
	require.NotEmpty(t, results)
	return slices.DeleteFunc(results, func(r policy.CheckResult) bool { return r.Allowed })
}

// The state is on a volume of the pod's own, which has room for the queue and
// for the copy that a compaction makes.
func TestState(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		require.Equal(t, "file_storage", g.config.Exporters.RemoteWrite.SendingQueue.Storage)
		claims := g.StatefulSet.Spec.VolumeClaimTemplates
		require.Len(t, claims, 1)
		mounts := g.Container().VolumeMounts
		i := slices.IndexFunc(mounts, func(m corev1.VolumeMount) bool { return m.Name == claims[0].Name })
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, g.config.Extensions.FileStorage.Directory, mounts[i].MountPath)
		pod := g.StatefulSet.Spec.Template.Spec.SecurityContext
		require.NotNil(t, pod.FSGroup)
		assert.Equal(t, *pod.RunAsGroup, *pod.FSGroup)

		queue := g.config.Exporters.RemoteWrite.SendingQueue.QueueSizeMiB << 20
		require.Positive(t, queue)
		size := claims[0].Spec.Resources.Requests[corev1.ResourceStorage]
		assert.GreaterOrEqual(t, size.Value(), 5*queue/2)
	})
}

// Only the gateway that asks the API has a token for it, and a role.
func TestToken(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		require.NotNil(t, g.ServiceAccount.AutomountServiceAccountToken)
		assert.False(t, *g.ServiceAccount.AutomountServiceAccountToken)
		token := g.StatefulSet.Spec.Template.Spec.AutomountServiceAccountToken
		if g.config.Processors.K8sAttributes == nil {
			assert.Nil(t, token)
			assert.Nil(t, g.ClusterRole)
			assert.Nil(t, g.ClusterRoleBinding)
			return
		}
		require.NotNil(t, token)
		assert.True(t, *token)
		require.NotNil(t, g.ClusterRole) // what it grants, test/kubernetes compares with what is asked
		require.NotNil(t, g.ClusterRoleBinding)
		assert.Equal(t, "ClusterRole", g.ClusterRoleBinding.RoleRef.Kind)
		assert.Equal(t, g.ClusterRole.Name, g.ClusterRoleBinding.RoleRef.Name)
		require.Len(t, g.ClusterRoleBinding.Subjects, 1)
		subject := g.ClusterRoleBinding.Subjects[0]
		assert.Equal(t, []string{"ServiceAccount", g.ServiceAccount.Name, g.ServiceAccount.Namespace},
			[]string{subject.Kind, subject.Name, subject.Namespace})
	})
}

// All probes ask the health check, and the start may take as long as it takes. A
// gateway is not restarted for what it says there: that would lose counts.
func TestProbes(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		c := g.Container()
		for name, probe := range map[string]*corev1.Probe{
			"startup": c.StartupProbe, "readiness": c.ReadinessProbe,
		} {
			require.NotNil(t, probe, name)
			require.NotNil(t, probe.HTTPGet, name)
			assert.Equal(t, "http-health", probe.HTTPGet.Port.StrVal, name) // TestPorts has its number
			assert.Equal(t, "/", probe.HTTPGet.Path, name)
			assert.Empty(t, probe.HTTPGet.Scheme, name)
		}
		require.NotNil(t, c.LivenessProbe)
		require.NotNil(t, c.LivenessProbe.TCPSocket)
		assert.Equal(t, "http-health", c.LivenessProbe.TCPSocket.Port.StrVal)
		if k8s := g.config.Processors.K8sAttributes; k8s != nil {
			require.True(t, k8s.WaitForMetadata)
			assert.Greater(t, seconds(c.StartupProbe.PeriodSeconds*c.StartupProbe.FailureThreshold), k8s.WaitForMetadataTimeout)
		}
	})
}

// A stop has time for all that it may take while Prometheus is away.
func TestGracePeriod(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		pause := g.Container().Lifecycle.PreStop.Sleep
		require.NotNil(t, pause)
		last := g.config.Exporters.RemoteWrite.ShutdownTimeout
		require.Positive(t, last)
		const toSpare = 15 * time.Second
		needs := time.Duration(pause.Seconds)*time.Second + last + toSpare
		assert.GreaterOrEqual(t, seconds(int32(*g.StatefulSet.Spec.Template.Spec.TerminationGracePeriodSeconds)), needs)
	})
}

// The process takes some 50 MiB more than the limit that it keeps itself.
func TestMemory(t *testing.T) {
	assert.Contains(t, read(t, "config/gateway.yaml"), "some 50 MiB more than the limit")
	eachGateway(t, func(t *testing.T, g gateway) {
		memory := g.Container().Resources.Limits[corev1.ResourceMemory]
		assert.Equal(t, memory, g.Container().Resources.Requests[corev1.ResourceMemory], "a node that lacks it evicts the pod")
		needs := resource.NewQuantity(int64(g.config.Processors.MemoryLimiter.LimitMiB+50)<<20, resource.BinarySI)
		require.Positive(t, g.config.Processors.MemoryLimiter.LimitMiB)
		assert.Positive(t, memory.Cmp(*needs), "%s is not above %s", memory.String(), needs)
		assert.NotContains(t, g.Container().Resources.Limits, corev1.ResourceCPU)
		assert.Contains(t, g.Container().Resources.Requests, corev1.ResourceCPU)
	})
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }
