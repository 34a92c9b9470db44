package image

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// The image of each folder of deploy/kubernetes has what the pod expects, and
// works where there is nothing else.
func TestImage(t *testing.T) {
	for _, folder := range []string{"gateway", "k8s-attributes"} {
		t.Run(folder, func(t *testing.T) {
			g, err := manifests.Read(root + "deploy/kubernetes/" + folder)
			require.NoError(t, err)
			program, version, _ := strings.Cut(g.Container().Image, ":")
			image, s := build(t, variables{"PROGRAM": program})
			fits(t, g, s, version)
			assert.Equal(t, program, s.labels["org.opencontainers.image.title"])
			assert.Equal(t, []string{
				"LICENSE", "etc/otelcol-istio/gateway.yaml", "etc/otelcol-istio/kubernetes.yaml", "etc/otelcol-istio/storage.yaml",
				"etc/ssl/certs/ca-certificates.crt", "otelcol-istio", "zoneinfo.zip",
			}, contents(t, image))
			static(t, filepath.Join(image, s.entrypoint[0]))

			uid := int(*g.StatefulSet.Spec.Template.Spec.SecurityContext.RunAsUser)
			validates(t, enter(t, image, uid, s, g), g)
			if g.ClusterRole == nil { // the other one waits for the API of Kubernetes, as test/kubernetes has it
				serves(t, enter(t, image, uid, s, g), g, uid)
			}
		})
	}
}

// fits compares what the image says of itself with what the pod expects.
func fits(t *testing.T, g *manifests.Gateway, s settings, version string) {
	pod := g.StatefulSet.Spec.Template.Spec.SecurityContext
	assert.Equal(t, fmt.Sprintf("%d:%d", *pod.RunAsUser, *pod.RunAsGroup), s.user)
	var ports []string
	for _, p := range g.Container().Ports {
		ports = append(ports, strconv.Itoa(int(p.ContainerPort)))
	}
	assert.ElementsMatch(t, ports, s.exposed)
	assert.Equal(t, g.Container().Args[:1], s.args, "the default is the gateway's configuration")
	require.NotEmpty(t, s.entrypoint)
	assert.Equal(t, version, s.labels["org.opencontainers.image.version"])
	assert.Equal(t, "Apache-2.0", s.labels["org.opencontainers.image.licenses"])
	assert.NotEmpty(t, s.labels["org.opencontainers.image.description"])
}

// contents lists the files of an image.
func contents(t *testing.T, image string) (names []string) {
	require.NoError(t, fs.WalkDir(os.DirFS(image), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	}))
	return names
}

// static holds a program that needs no loader and no library.
func static(t *testing.T, program string) {
	f, err := elf.Open(program)
	require.NoError(t, err)
	defer f.Close()
	for _, segment := range f.Progs {
		assert.NotEqual(t, elf.PT_INTERP, segment.Type)
	}
	libraries, err := f.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries)
}

// serves starts the image with the pod's arguments and variables, on ports that
// are free, and stops it as Kubernetes does.
func serves(t *testing.T, program string, g *manifests.Gateway, uid int) {
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
		assert.Contains(t, string(status), fmt.Sprintf("Uid:\t%[1]d\t%[1]d\t%[1]d\t%[1]d\n", uid))
	}
	assert.Contains(t, string(status), "CapEff:\t0000000000000000\n")
	assert.Regexp(t, `(?m)^\d+ \d+ \d+:\d+ \S*/TestImage\S* / ro[ ,]`, string(mounts), "its / is the image's, and read-only")
}
