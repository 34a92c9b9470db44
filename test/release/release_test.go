// SPDX-License-Identifier: Apache-2.0

package release

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const root = "../../"

// folder is that of the release.
func folder(t *testing.T) string {
	path := os.Getenv("RELEASE")
	if path == "" {
		path = root + "_build/release"
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "`make test-release` packs it; RELEASE may name another")
	return path
}

func version(t *testing.T) string {
	text, err := os.ReadFile(root + "builder-config.yaml")
	require.NoError(t, err)
	var builder struct{ Dist struct{ Version string } }
	require.NoError(t, yaml.Unmarshal(text, &builder))
	require.NotEmpty(t, builder.Dist.Version)
	return builder.Dist.Version
}

var (
	programs      = []string{"otelcol-istio", "otelcol-istio-kubernetes"}
	architectures = []string{"amd64", "arm64"}
)

func TestComplete(t *testing.T) {
	want := []string{"SHA256SUMS"}
	for _, program := range programs {
		base := program + "_" + version(t)
		want = append(want, base+"_image.tar")
		for _, architecture := range architectures {
			want = append(want, base+"_linux_"+architecture+".tar.gz", base+"_linux_"+architecture+".cdx.json")
		}
	}
	entries, err := os.ReadDir(folder(t))
	require.NoError(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	assert.ElementsMatch(t, want, got)

	text, err := os.ReadFile(filepath.Join(folder(t), "SHA256SUMS"))
	require.NoError(t, err)
	assert.Len(t, strings.Split(strings.TrimSpace(string(text)), "\n"), len(want)-1)
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = folder(t)
	said, err := check.CombinedOutput()
	assert.NoError(t, err, "%s", said)
}

// Each archive has its program, built for its platform, and each bill of
// materials is that of the program.
func TestPrograms(t *testing.T) {
	for _, program := range programs {
		for _, architecture := range architectures {
			t.Run(program+" "+architecture, func(t *testing.T) {
				base := program + "_" + version(t) + "_linux_" + architecture
				path := unpack(t, base, program)
				info, err := buildinfo.ReadFile(path)
				require.NoError(t, err)
				settings := map[string]string{}
				for _, s := range info.Settings {
					settings[s.Key] = s.Value
				}
				assert.Equal(t, "linux", settings["GOOS"])
				assert.Equal(t, architecture, settings["GOARCH"])
				assert.Equal(t, "0", settings["CGO_ENABLED"])
				assert.Equal(t, "true", settings["-trimpath"])
				assert.Equal(t, "release.pgo", settings["-pgo"])
				holds(t, base, path, info)
				if architecture == runtime.GOARCH {
					said, err := exec.CommandContext(t.Context(), path, "--version").CombinedOutput()
					require.NoError(t, err, "%s", said)
					assert.Equal(t, "otelcol-istio version "+version(t), strings.TrimSpace(string(said)))
				}
			})
		}
	}
}

// unpack gives the program of an archive. Tar itself reads the archive.
func unpack(t *testing.T, base, program string) string {
	to := t.TempDir()
	said, err := exec.CommandContext(t.Context(), "tar", "-xzf", filepath.Join(folder(t), base+".tar.gz"), "-C", to).CombinedOutput()
	require.NoError(t, err, "%s", said)
	to = filepath.Join(to, base)
	for _, name := range []string{"LICENSE", "config/gateway.yaml"} {
		assert.FileExists(t, filepath.Join(to, name))
	}
	return filepath.Join(to, program)
}

// holds compares a bill of materials with the program.
func holds(t *testing.T, base, program string, info *buildinfo.BuildInfo) {
	type component struct {
		Name, Version, PURL string
		Hashes              []struct{ Alg, Content string }
	}
	var bom struct {
		BOMFormat, SpecVersion string
		Metadata               struct{ Component component }
		Components             []component
	}
	text, err := os.ReadFile(filepath.Join(folder(t), base+".cdx.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &bom))
	assert.Equal(t, "CycloneDX", bom.BOMFormat)
	assert.Equal(t, version(t), bom.Metadata.Component.Version)
	data, err := os.ReadFile(program)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	require.Len(t, bom.Metadata.Component.Hashes, 1)
	assert.Equal(t, hex.EncodeToString(sum[:]), bom.Metadata.Component.Hashes[0].Content)

	want := map[string]string{"std": strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range info.Deps {
		want[m.Path] = m.Version
		if m.Replace != nil {
			want[m.Path] = "v" + version(t)
		}
	}
	got := map[string]string{}
	for _, c := range bom.Components {
		got[c.Name] = c.Version
		assert.NotEmpty(t, c.PURL)
	}
	assert.Equal(t, want, got)
	assert.Greater(t, len(got), 50)
}
