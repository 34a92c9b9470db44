// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

const (
	root   = "../../"
	folder = root + "deploy/kubernetes/"
)

// gateway is one of the folders, with the configuration that its container
// ends up with.
type gateway struct {
	*manifests.Gateway
	config config
	// knobs are the variables of the configuration's files with their defaults.
	knobs map[string]string
}

// config has what the manifests have to fit.
type config struct {
	Receivers struct {
		EnvoyAccessLog struct {
			Protocols struct {
				GRPC endpoint
				OTLP struct{ GRPC, HTTP endpoint }
			}
		} `yaml:"envoy_access_log"`
	}
	Processors struct {
		MemoryLimiter struct {
			LimitMiB int `yaml:"limit_mib"`
		} `yaml:"memory_limiter"`
		K8sAttributes *struct {
			WaitForMetadata        bool          `yaml:"wait_for_metadata"`
			WaitForMetadataTimeout time.Duration `yaml:"wait_for_metadata_timeout"`
		} `yaml:"k8s_attributes"`
	}
	Connectors struct {
		IstioMetrics struct {
			FlushInterval time.Duration `yaml:"flush_interval"`
		} `yaml:"istio_metrics"`
	}
	Exporters struct {
		RemoteWrite struct {
			ShutdownTimeout time.Duration `yaml:"shutdown_timeout"`
			SendingQueue    struct {
				Storage      string
				QueueSizeMiB int64 `yaml:"queue_size_mib"`
			} `yaml:"sending_queue"`
		} `yaml:"remote_write"`
	}
	Extensions struct {
		HealthCheck endpoint   `yaml:"health_check"`
		EgressPage  pageConfig `yaml:"egress_page"`
		FileStorage struct {
			Directory string
		} `yaml:"file_storage"`
	}
	Service struct {
		Telemetry struct {
			Metrics struct {
				Readers []struct {
					Pull struct {
						Exporter struct {
							Prometheus struct{ Port int32 }
						}
					}
				}
			}
		}
	}
}

type endpoint struct{ Endpoint string }

type pageConfig struct {
	endpoint `yaml:",inline"`
	TLS      struct {
		CertFile string `yaml:"cert_file"`
		KeyFile  string `yaml:"key_file"`
	}
	Auth  struct{ Authenticator string }
	Peers struct {
		endpoint `yaml:",inline"`
		DNS      string
		TLS      struct {
			CAFile string `yaml:"ca_file"`
		}
		Auth struct{ Authenticator string }
	}
}

// eachGateway runs a test with each folder.
func eachGateway(t *testing.T, test func(*testing.T, gateway)) {
	for name, files := range map[string][]string{
		"gateway":        {"gateway.yaml", "storage.yaml"},
		"k8s-attributes": {"gateway.yaml", "kubernetes.yaml", "storage.yaml"},
		"mutual-tls":     {"gateway.yaml", "mtls.yaml", "storage.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, readGateway(t, name, files...))
		})
	}
}

// readGateway reads a folder, and the files of the configuration that its container
// merges.
func readGateway(t *testing.T, name string, files ...string) gateway {
	t.Helper()
	m, err := manifests.Read(folder + name)
	require.NoError(t, err)
	g := gateway{Gateway: m, knobs: map[string]string{}}
	env := m.Env()
	var args []string
	for _, file := range files {
		// What stands in a second file is merged over the first.
		require.NoError(t, yaml.Unmarshal(expand(t, file, env, g.knobs), &g.config), file)
		args = append(args, "--config="+mountPath(t, m)+"/"+file)
	}
	require.Equal(t, args, m.Container().Args, "the configuration that this test has read")
	return g
}

var (
	comment  = regexp.MustCompile(`(?m)^\s*#.*$`)
	variable = regexp.MustCompile(`\$\{env:(\w+):-([^}]*)\}`)
)

// expand reads a file of the configuration with the variables of a container in
// it. It adds the variables that the file reads, with their defaults, to knobs.
func expand(t *testing.T, file string, env, knobs map[string]string) []byte {
	t.Helper()
	text := comment.ReplaceAllString(read(t, "config/"+file), "")
	return []byte(variable.ReplaceAllStringFunc(text, func(found string) string {
		parts := variable.FindStringSubmatch(found)
		knobs[parts[1]] = parts[2]
		if value, ok := env[parts[1]]; ok {
			return value
		}
		return parts[2]
	}))
}

// mountPath is where the container finds the files of the ConfigMap.
func mountPath(t *testing.T, g *manifests.Gateway) string {
	t.Helper()
	volumes := map[string]corev1.Volume{}
	for _, v := range g.StatefulSet.Spec.Template.Spec.Volumes {
		volumes[v.Name] = v
	}
	var paths []string
	for _, mount := range g.Container().VolumeMounts {
		source := volumes[mount.Name].ConfigMap // a claim is no volume of the pod's template
		if source == nil {
			continue
		}
		require.Equal(t, g.ConfigMap.Name, source.Name)
		require.Empty(t, source.Items, "each key is a file")
		require.Empty(t, mount.SubPath)
		paths = append(paths, strings.TrimSuffix(mount.MountPath, "/"))
	}
	require.Len(t, paths, 1)
	return paths[0]
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(root + file)
	require.NoError(t, err)
	return string(b)
}
