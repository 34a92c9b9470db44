// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// What a mesh owner applies is what the tests run.
const (
	meshConfigFile = "../../deploy/istio/mesh-config.yaml"
	alsConfigFile  = "../../deploy/istio/mesh-config-als.yaml"
	telemetryFile  = "../../deploy/istio/telemetry.yaml"
)

// recommended is the format of the provider that we ship.
func recommended(t *testing.T) loopback.Format {
	var operator struct {
		Spec struct {
			MeshConfig struct {
				ExtensionProviders []struct {
					EnvoyOtelAls struct {
						LogFormat struct {
							Text   string
							Labels map[string]string
						} `yaml:"logFormat"`
					} `yaml:"envoyOtelAls"`
				} `yaml:"extensionProviders"`
			} `yaml:"meshConfig"`
		}
	}
	readYAML(t, meshConfigFile, &operator)
	require.Len(t, operator.Spec.MeshConfig.ExtensionProviders, 1)
	f := operator.Spec.MeshConfig.ExtensionProviders[0].EnvoyOtelAls.LogFormat
	require.NotEmpty(t, f.Labels)
	return loopback.Format{Text: f.Text, Labels: f.Labels}
}

// recommendedALS is the ALS provider that we ship.
func recommendedALS(t *testing.T) *loopback.ALSProvider {
	var operator struct {
		Spec struct {
			MeshConfig struct {
				ExtensionProviders []struct {
					Name         string
					EnvoyHTTPALS *loopback.ALSProvider `yaml:"envoyHttpAls"`
				} `yaml:"extensionProviders"`
			} `yaml:"meshConfig"`
		}
	}
	readYAML(t, alsConfigFile, &operator)
	providers := operator.Spec.MeshConfig.ExtensionProviders
	require.Len(t, providers, 1)
	require.Equal(t, "otelcol-istio", providers[0].Name, "the one that %s names", telemetryFile)
	require.NotNil(t, providers[0].EnvoyHTTPALS)
	require.NotEmpty(t, providers[0].EnvoyHTTPALS.RequestHeaders)
	return providers[0].EnvoyHTTPALS
}

// outsideOnly is the filter of the Telemetry resource that we ship.
func outsideOnly(t *testing.T) string {
	var telemetry struct {
		Spec struct {
			AccessLogging []struct {
				Providers []struct{ Name string }
				Match     struct{ Mode string }
				Filter    struct{ Expression string }
			} `yaml:"accessLogging"`
		}
	}
	readYAML(t, telemetryFile, &telemetry)
	for _, l := range telemetry.Spec.AccessLogging {
		if l.Providers[0].Name == "otelcol-istio" {
			require.Equal(t, "CLIENT", l.Match.Mode)
			require.NotEmpty(t, l.Filter.Expression)
			return l.Filter.Expression
		}
	}
	require.Fail(t, "no access logging for otelcol-istio", telemetryFile)
	return ""
}

func readYAML(t *testing.T, path string, into any) {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(b, into), path)
}
