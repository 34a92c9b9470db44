// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"path"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

// node is the folder for log files, with the configuration that its container
// ends up with.
type node struct {
	*manifests.Node
	pod    corev1.PodTemplateSpec
	knobs  map[string]string
	config config
	files  nodeConfig
}

// nodeConfig has what the DaemonSet's volumes have to fit.
type nodeConfig struct {
	Receivers struct {
		FileLog struct{ Include []string } `yaml:"file_log"`
	}
	Service struct {
		Pipelines struct {
			Logs struct{ Receivers []string }
		}
	}
}

func readNode(t *testing.T) node {
	t.Helper()
	m, err := manifests.ReadNode(folder + "node")
	require.NoError(t, err)
	n := node{Node: m, pod: m.DaemonSet.Spec.Template, knobs: map[string]string{}}
	for _, file := range []string{"gateway.yaml", "node.yaml"} {
		text := expand(t, file, n.Env(), n.knobs)
		require.NoError(t, yaml.Unmarshal(text, &n.config), file)
		require.NoError(t, yaml.Unmarshal(text, &n.files), file)
	}
	return n
}

// The container runs the files of the ConfigMap, reads where the kubelet writes,
// and keeps its positions where they outlive it. All else is read only.
func TestNodeVolumes(t *testing.T) {
	n := readNode(t)
	assert.Equal(t, []string{"--config=/etc/otelcol-istio/gateway.yaml", "--config=/etc/otelcol-istio/node.yaml"}, n.Container().Args)
	assert.Equal(t, []string{"file_log"}, n.files.Service.Pipelines.Logs.Receivers)
	volumes := map[string]corev1.VolumeSource{}
	for _, v := range n.pod.Spec.Volumes {
		volumes[v.Name] = v.VolumeSource
	}
	mounts := map[string]corev1.VolumeMount{}
	for _, m := range n.Container().VolumeMounts {
		mounts[m.MountPath] = m
	}
	require.Len(t, mounts, len(volumes))

	config := mounts["/etc/otelcol-istio"]
	assert.True(t, config.ReadOnly)
	require.NotNil(t, volumes[config.Name].ConfigMap)
	assert.Equal(t, n.ConfigMap.Name, volumes[config.Name].ConfigMap.Name)

	logs := mounts["/var/log/pods"]
	assert.True(t, logs.ReadOnly)
	require.NotNil(t, volumes[logs.Name].HostPath)
	assert.Equal(t, "/var/log/pods", volumes[logs.Name].HostPath.Path, "where the kubelet writes")
	for _, pattern := range n.files.Receivers.FileLog.Include {
		matches, err := path.Match("/var/log/pods/*/istio-proxy/*", pattern)
		require.NoError(t, err)
		assert.True(t, matches, pattern)
	}

	positions := mounts[n.config.Extensions.FileStorage.Directory]
	assert.False(t, positions.ReadOnly)
	require.NotNil(t, volumes[positions.Name].HostPath)
	assert.Equal(t, corev1.HostPathDirectoryOrCreate, *volumes[positions.Name].HostPath.Type)
}
