// SPDX-License-Identifier: Apache-2.0

package image

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const root = "../../"

// The image of each folder of deploy/kubernetes has what the pod expects, and
// works where there is nothing else.
func TestImage(t *testing.T) {
	for folder, variable := range map[string]string{"gateway": "IMAGE", "k8s-attributes": "IMAGE_KUBERNETES"} {
		t.Run(folder, func(t *testing.T) {
			g, err := manifests.Read(root + "deploy/kubernetes/" + folder)
			require.NoError(t, err)
			program, version, _ := strings.Cut(g.Container().Image, ":")
			images, tag := open(t, variable, program).images()
			require.Contains(t, images, runtime.GOARCH, "an image for this machine")
			assert.Equal(t, version, tag)
			for _, i := range images {
				assert.Equal(t, program, i.Config.Labels["org.opencontainers.image.title"])
				fits(t, g, i, version)
				holds(t, i)
			}
			own := images[runtime.GOARCH]
			says(t, enter(t, own, nil), version)
			validates(t, enter(t, own, podVolumes(g)), g)
			if g.ClusterRole == nil { // the other one waits for the API of Kubernetes, as test/kubernetes has it
				serves(t, enter(t, own, podVolumes(g)), g)
			}
		})
	}
}

// fits compares what the image says of itself with what the pod expects.
func fits(t *testing.T, g *manifests.Gateway, i image, version string) {
	pod := g.StatefulSet.Spec.Template.Spec.SecurityContext
	assert.Equal(t, fmt.Sprintf("%d:%d", *pod.RunAsUser, *pod.RunAsGroup), i.Config.User)
	assert.Equal(t, "65532:65532", i.Config.User)
	var ports []string
	for _, p := range g.Container().Ports {
		ports = append(ports, fmt.Sprintf("%d/tcp", p.ContainerPort))
	}
	assert.ElementsMatch(t, ports, slices.Collect(maps.Keys(i.Config.ExposedPorts)))
	assert.Equal(t, g.Container().Args[:1], i.Config.Cmd, "the default is the gateway's configuration")
	require.NotEmpty(t, i.Config.Entrypoint)
	assert.Equal(t, version, i.Config.Labels["org.opencontainers.image.version"])
	assert.Equal(t, "Apache-2.0", i.Config.Labels["org.opencontainers.image.licenses"])
	assert.NotEmpty(t, i.Config.Labels["org.opencontainers.image.description"])
}

// says has the version that was stamped.
func says(t *testing.T, program, version string) {
	said, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Equal(t, "otelcol-istio version "+version, strings.TrimSpace(string(said)))
}

// serves starts the image with the pod's arguments and variables, on ports that
// are free, and stops it as Kubernetes does.
func serves(t *testing.T, program string, g *manifests.Gateway) {
	env := g.Env()
	env["REMOTE_WRITE_ENDPOINT"] = "http://127.0.0.1:9/api/v1/write" // there is nothing to flush
	var configs []string
	for _, arg := range g.Container().Args {
		configs = append(configs, strings.TrimPrefix(arg, "--config="))
	}
	gateway, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{Binary: program, Configs: configs, Env: env})
	require.NoError(t, err, "healthy")
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", gateway.Process.PID()))
	require.NoError(t, err)
	mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", gateway.Process.PID()))
	require.NoError(t, err)
	require.NoError(t, gateway.Stop(), "%s", gateway.Process.Log())

	if os.Geteuid() == 0 { // in a user namespace the user has another number outside
		assert.Contains(t, string(status), "Uid:\t65532\t65532\t65532\t65532\n")
	}
	assert.Contains(t, string(status), "CapEff:\t0000000000000000\n")
	assert.Regexp(t, `(?m)^\d+ \d+ \d+:\d+ \S*/TestImage\S* / ro[ ,]`, string(mounts), "its / is the image's, and read-only")
}
