// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The ConfigMap holds the files of config, and its name tells when they change.
func TestConfigMap(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		assert.Equal(t, map[string]string{
			"gateway.yaml":    read(t, "config/gateway.yaml"),
			"kubernetes.yaml": read(t, "config/kubernetes.yaml"),
			"mtls.yaml":       read(t, "config/mtls.yaml"),
			"storage.yaml":    read(t, "config/storage.yaml"),
			"node.yaml":       read(t, "config/node.yaml"),
			"page.yaml":       read(t, "config/page.yaml"),
		}, g.ConfigMap.Data)
		assert.Empty(t, g.ConfigMap.BinaryData)
		assert.Regexp(t, `^otelcol-istio-[a-z0-9]{10}$`, g.ConfigMap.Name, "ends in a hash")
	})
}

// A variable that the configuration does not read would do nothing. Where the
// metrics go has no default that could be right.
func TestEnv(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		seen := map[string]bool{}
		for _, v := range g.Container().Env {
			assert.Contains(t, g.knobs, v.Name)
			assert.False(t, seen[v.Name], "%s is set twice", v.Name)
			assert.NotEmpty(t, v.Value, v.Name)
			seen[v.Name] = true
		}
		assert.True(t, seen["REMOTE_WRITE_ENDPOINT"])
		assert.False(t, seen["INSTANCE_ID"], "the host's name is the pod's, which lasts")
		assert.Empty(t, g.Container().EnvFrom)
		links := g.StatefulSet.Spec.Template.Spec.EnableServiceLinks
		require.NotNil(t, links)
		assert.False(t, *links, "variables that Kubernetes makes up could be read as knobs")
	})
}

// The image is the program of the variant, in the version that the builder
// files have.
func TestImage(t *testing.T) {
	var builder struct{ Dist struct{ Version string } }
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "builder-config.yaml")), &builder))
	require.NotEmpty(t, builder.Dist.Version)
	eachGateway(t, func(t *testing.T, g gateway) {
		want := "otelcol-istio:"
		if g.config.Processors.K8sAttributes != nil {
			want = "otelcol-istio-kubernetes:"
		}
		assert.Equal(t, want+builder.Dist.Version, g.Container().Image)
		assert.Empty(t, g.Container().Command, "the image's own")
	})
}
