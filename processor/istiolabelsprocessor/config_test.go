package istiolabelsprocessor

import (
	"path/filepath"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// loadConfig fills the default configuration with a section of testdata/config.yaml.
func loadConfig(t *testing.T, name string) (*Config, error) {
	t.Helper()
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	section, err := all.Sub(component.NewIDWithName(metadata.Type, name).String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	return cfg, section.Unmarshal(cfg)
}

func TestDefaultConfig(t *testing.T) {
	cfg, err := loadConfig(t, "")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, &Config{
		Schema:                contract.SchemaIstio,
		LabelsOn:              "scope",
		HostHeaderFallback:    "outbound",
		BlockedWithoutCluster: "BlackHoleCluster",
		DestinationIP:         DestinationIPConfig{Enabled: "off", Destinations: []string{"BlackHoleCluster", "PassthroughCluster"}},
		ErrorMode:             ottl.IgnoreError,
	}, cfg)
}

func TestFullConfig(t *testing.T) {
	cfg, err := loadConfig(t, "all")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, &Config{
		Schema:                contract.SchemaIstio13,
		LabelsOn:              "record",
		HostHeaderFallback:    "never",
		BlockedWithoutCluster: "unknown",
		DestinationIP:         DestinationIPConfig{Enabled: "on", Destinations: []string{"PassthroughCluster"}},
		LogFormat: LogFormatConfig{
			Text:   `[%START_TIME%] %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% "%REQ(USER-AGENT)%"`,
			Labels: map[string]string{"host": "%REQ(:AUTHORITY)%"},
		},
		Labels:     map[string]string{"team": `attributes["k8s.pod.label.team"]`, "request_host": `log.attributes["authority"]`},
		Remove:     []string{"source_version", "destination_version"},
		Conditions: []string{`attributes["reporter"] == "source"`, `log.attributes["response_code"] == "502"`},
		ErrorMode:  ottl.PropagateError,
	}, cfg)
}

// Each mistake names its key and its value.
func TestConfigMistakes(t *testing.T) {
	for name, want := range map[string]string{
		"schema":                  "schema: `schema` must be one of [\"istio\" \"istio-1.3\"], got \"istio-1.4\"",
		"labels_on":               "`labels_on` must be one of [\"scope\" \"record\"], got \"resource\"",
		"host_header_fallback":    "`host_header_fallback` must be one of [\"outbound\" \"always\" \"never\"], got \"inbound\"",
		"blocked_without_cluster": "`blocked_without_cluster` must be one of [\"BlackHoleCluster\" \"unknown\"], got \"PassthroughCluster\"",
		"destination_ip":          "destination_ip: `enabled` must be one of [\"on\" \"off\"], got \"maybe\"",
		"text_operator":           "log_format: `text` has the unknown operator \"%RESPONSE_KODE%\", got \"%START_TIME% %RESPONSE_KODE%\"",
		"text_open":               "log_format: `text` has an operator that is not closed: \"%REQ(:PATH\", got \"%REQ(:PATH\"",
		"label_operator":          "log_format: `labels`: `code` has the unknown operator \"%RESPONSE_KODE%\", got \"%RESPONSE_KODE%\"",
		"label_overlap":           "log_format: `labels`: `a` and `b` both hold %RESPONSE_CODE%",
		"label_contract":          "log_format: `labels` must not have a name that starts with \"istio_labels.\", got \"istio_labels.verdict\"",
		"ottl_label":              "`labels::team` is no OTTL value expression, got \"attributes[\": ",
		"ottl_condition":          "`conditions[1]` is no OTTL condition, got \"attributes[\\\"a\\\"] = \\\"b\\\"\": ",
		"reserved": "`labels` must have names of letters, digits and underscores, at most 128, got \"1a\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"__name__\"\n" +
			"`labels` must have names of letters, digits and underscores, at most 128, got \"a.b\"\n" +
			"`labels` must not set \"destination_ip\": it does not stand on every metric, see `destination_ip`\n" +
			"`labels` must not have a name that Prometheus reserves, got \"instance\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"job\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"le\"",
		"remove_overlap": "`remove` and `labels` both name \"source_app\"",
		"remove_unknown": "`remove` must name labels of the schema, got \"source_ap\"",
		"remove_twice":   "`remove` names \"source_app\" twice",
		"several": "`labels_on` must be one of [\"scope\" \"record\"], got \"y\"\n" +
			"schema: `schema` must be one of [\"istio\" \"istio-1.3\"], got \"x\"\n" +
			"destination_ip: `enabled` must be one of [\"on\" \"off\"], got \"z\"",
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := loadConfig(t, name)
			require.NoError(t, err)
			err = confmap.Validate(cfg)
			require.Error(t, err)
			if want[len(want)-2:] == ": " { // what OTTL's parser says follows
				assert.Contains(t, err.Error(), want)
				return
			}
			assert.Equal(t, want, err.Error())
		})
	}
}

// OTTL reads its own mode, before there is a configuration to validate.
func TestConfigErrorMode(t *testing.T) {
	_, err := loadConfig(t, "error_mode")
	require.ErrorContains(t, err, "'error_mode' unknown error mode panic")
}
