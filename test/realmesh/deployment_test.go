// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// Files that Istio's agent writes where OUTPUT_CERTS says.
const (
	certificateFile = "cert-chain.pem"
	keyFile         = "key.pem"
	rootsFile       = "root-cert.pem"
)

// TestMutualTLSFolder holds deploy/kubernetes/mutual-tls to what TestSenderIdentity
// runs: the pod, the configuration and the certificate's files.
func TestMutualTLSFolder(t *testing.T) {
	g, err := manifests.Read("../../deploy/kubernetes/mutual-tls")
	require.NoError(t, err)
	pods, err := mesh.ReadPods(sidecarFile)
	require.NoError(t, err)
	require.Len(t, pods, 1)
	template := g.StatefulSet.Spec.Template

	assert.Equal(t, pods[0].Namespace, g.StatefulSet.Namespace)
	assert.Equal(t, pods[0].ServiceAccount, template.Spec.ServiceAccountName)
	assert.Equal(t, "true", template.Labels["sidecar.istio.io/inject"])
	redirection := map[string]string{}
	for name, value := range template.Annotations {
		if strings.HasPrefix(name, "traffic.sidecar.istio.io/") {
			redirection[name] = value
		}
	}
	assert.Equal(t, pods[0].Annotations, redirection)

	var args []string
	for _, file := range []string{gatewayFile, verifyFile, "../../config/storage.yaml"} {
		require.Contains(t, g.ConfigMap.Data, path.Base(file))
		args = append(args, "--config=/etc/otelcol-istio/"+path.Base(file))
	}
	assert.Equal(t, args, g.Container().Args)

	folder := outputCerts(t, template)
	env := g.Env()
	assert.Equal(t, path.Join(folder, certificateFile), env["TLS_CERT_FILE"])
	assert.Equal(t, path.Join(folder, keyFile), env["TLS_KEY_FILE"])
	assert.Equal(t, path.Join(folder, rootsFile), env["TLS_CLIENT_CA_FILE"])
}

// outputCerts is the folder where the sidecar writes the certificate, on a volume
// that the gateway's container has in the same place.
func outputCerts(t *testing.T, template corev1.PodTemplateSpec) string {
	t.Helper()
	var proxy struct {
		HoldApplicationUntilProxyStarts bool              `yaml:"holdApplicationUntilProxyStarts"`
		ProxyMetadata                   map[string]string `yaml:"proxyMetadata"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(template.Annotations["proxy.istio.io/config"]), &proxy))
	assert.True(t, proxy.HoldApplicationUntilProxyStarts, "the gateway does not start without the files")
	folder := proxy.ProxyMetadata["OUTPUT_CERTS"]

	var mounts []corev1.VolumeMount
	require.NoError(t, json.Unmarshal([]byte(template.Annotations["sidecar.istio.io/userVolumeMount"]), &mounts))
	require.Len(t, mounts, 1)
	assert.Equal(t, folder, mounts[0].MountPath)
	assert.Contains(t, template.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: mounts[0].Name, MountPath: folder, ReadOnly: true})
	assert.Contains(t, template.Spec.Volumes, corev1.Volume{
		Name:         mounts[0].Name,
		VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}},
	})
	return folder
}
