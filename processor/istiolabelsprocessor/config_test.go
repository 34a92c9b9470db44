// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

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
var stateID = component.MustNewIDWithName("file_storage", "state")

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
		SenderFrom:            "record",
		HostHeaderFallback:    "outbound",
		BlockedWithoutCluster: "BlackHoleCluster",
		ClusterDomain:         "cluster.local",
		ClusterID:             "Kubernetes",
		GRPCByPath:            true,
		DestinationIP:         DestinationIPConfig{Destinations: []string{"BlackHoleCluster", "PassthroughCluster"}},
		ErrorMode:             ottl.IgnoreError,
		DestinationHost:       hostDefaults,
		Limits: LimitsConfig{
			"destination_ip":       addressLimit,
			"destination_host":     addressLimit,
			"destination_service":  hostLimit,
			"claimed_peer":         peerLimit,
			"response_code":        codeLimit,
			"grpc_response_status": codeLimit,
		},
	}, cfg)
}

var (
	hostDefaults = DestinationHostConfig{
		Destinations: []string{"BlackHoleCluster", "PassthroughCluster", "AllowAnyDynamicDNSCluster"},
		LearnedNames: true,
	}
	shares = map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25}
	fixed  = LimitConstants{MaxSourceShare: 0.25, GuaranteedShares: shares, RollUpShare: 0.2}

	codeLimit    = LimitConfig{Limit: 20, IdleTimeout: time.Hour, Fixed: fixed}
	hostLimit    = LimitConfig{Limit: 400, IdleTimeout: time.Hour, Fixed: fixed}
	peerLimit    = LimitConfig{Limit: 400, IdleTimeout: time.Hour, Fixed: LimitConstants{MaxSourceShare: 0.25, RollUpShare: 0.2}}
	addressLimit = LimitConfig{Limit: 1000, IdleTimeout: time.Hour, RollUp: true, Fixed: fixed}
)

func TestFullConfig(t *testing.T) {
	cfg, err := loadConfig(t, "all")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, &Config{
		Schema:                contract.SchemaIstio13,
		LabelsOn:              "record",
		SenderFrom:            "resource",
		HostHeaderFallback:    "never",
		StorageID:             &stateID,
		InstanceID:            "gateway-0",
		BlockedWithoutCluster: "unknown",
		ClusterDomain:         "corp.example",
		ClusterID:             "east",
		GRPCByPath:            false,
		DestinationIP:         DestinationIPConfig{Enabled: true, Destinations: []string{"PassthroughCluster"}},
		LogFormat: LogFormatConfig{
			Text:   `[%START_TIME%] %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% "%REQ(USER-AGENT)%"`,
			Labels: map[string]string{"host": "%REQ(:AUTHORITY)%"},
		},
		Labels:     map[string]string{"team": `attributes["k8s.pod.label.team"]`, "request_host": `log.attributes["authority"]`},
		Remove:     []string{"source_version", "destination_version"},
		Conditions: []string{`attributes["reporter"] == "source"`, `log.attributes["response_code"] == "502"`},
		ErrorMode:  ottl.PropagateError,
		DestinationHost: DestinationHostConfig{
			Enabled: true, Destinations: []string{"PassthroughCluster"},
			ReverseDNS: ReverseDNSConfig{Enabled: true, Endpoint: "10.96.0.10:53", Private: true},
		},
		NormalizeHosts: true,
		Limits: LimitsConfig{
			"destination_ip": LimitConfig{
				Limit: 50, IdleTimeout: 10 * time.Minute, Fixed: fixed,
				Networks:     map[string][]string{"office": {"198.51.100.0/24", "2001:db8::/32"}},
				NetworkLabel: true,
			},
			"destination_host":     addressLimit,
			"destination_service":  hostLimit,
			"claimed_peer":         peerLimit,
			"response_code":        codeLimit,
			"grpc_response_status": codeLimit,
			"team":                 LimitConfig{Limit: 20, IdleTimeout: time.Hour, Fixed: fixed},
		},
	}, cfg)
}

// Each mistake names its key and its value.
func TestConfigMistakes(t *testing.T) {
	for name, want := range map[string]string{
		"schema":                  "schema: `schema` must be one of [\"istio\" \"istio-1.3\"], got \"istio-1.4\"",
		"labels_on":               "`labels_on` must be one of [\"scope\" \"record\"], got \"resource\"",
		"sender_from":             "`sender_from` must be one of [\"record\" \"resource\"], got \"path\"",
		"host_header_fallback":    "`host_header_fallback` must be one of [\"outbound\" \"always\" \"never\"], got \"inbound\"",
		"blocked_without_cluster": "`blocked_without_cluster` must be one of [\"BlackHoleCluster\" \"unknown\"], got \"PassthroughCluster\"",
		"cluster_id":              "`cluster_id` must be a label value of at most 256 bytes that is not \"unknown\", got \"unknown\"",
		"text_operator":           "log_format: `text` has the unknown operator \"%RESPONSE_KODE%\", got \"%START_TIME% %RESPONSE_KODE%\"",
		"text_open":               "log_format: `text` has an operator that is not closed: \"%REQ(:PATH\", got \"%REQ(:PATH\"",
		"label_operator":          "log_format: `labels`: `code` has the unknown operator \"%RESPONSE_KODE%\", got \"%RESPONSE_KODE%\"",
		"text_without_kind":       "log_format: `text` must have one of %RESPONSE_FLAGS%, %UPSTREAM_CLUSTER%, %ACCESS_LOG_TYPE% and %ROUTE_NAME%, and one that says what happened, such as %RESPONSE_CODE%: else no line is understood, got \"%START_TIME% %REQ(:METHOD)%\"",
		"label_contract":          "log_format: `labels` must not have a name that starts with \"istio_labels.\", got \"istio_labels.verdict\"",
		"ottl_label":              "`labels::team` is no OTTL value expression, got \"attributes[\": ",
		"ottl_condition":          "`conditions[1]` is no OTTL condition, got \"attributes[\\\"a\\\"] = \\\"b\\\"\": ",
		"reserved": "`labels` must have names of letters, digits and underscores, at most 128, got \"1a\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"__name__\"\n" +
			"`labels` must have names of letters, digits and underscores, at most 128, got \"a.b\"\n" +
			"`labels` must not set \"destination_ip\": it does not stand on every metric, and has settings of its own\n" +
			"`labels` must not have a name that Prometheus reserves, got \"instance\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"job\"\n" +
			"`labels` must not have a name that Prometheus reserves, got \"le\"",
		"remove_overlap":   "`remove` and `labels` both name \"source_app\"",
		"remove_unknown":   "`remove` must name labels of the schema, got \"source_ap\"",
		"remove_twice":     "`remove` names \"source_app\" twice",
		"destination_host": "destination_host: `destinations` must not be empty where `enabled` is true, got []",
		"reverse_dns":      "destination_host::reverse_dns: `endpoint` must be HOST:PORT, got \":\"",
		"limit_numbers": "limits::destination_ip: `limit` must be between 1 and 1000000, got 0\n" +
			"`idle_timeout` must be at least 1s, got 15ns (a number needs a unit, as in 10s)",
		"limit_networks": "limits::destination_ip: `networks` must have names that are no addresses and no networks, got \"10.0.0.0/24\"\n" +
			"`networks` must have names that are no addresses and no networks, got \"10.0.0.1\"\n" +
			"`networks::10.0.0.1` must not be empty\n" +
			"`networks::office` must hold prefixes in CIDR notation, got \"10.0.0.0/33\"\n" +
			"`networks` must have names of at most 256 bytes that are not \"other\" or \"unknown\", got \"other\"\n" +
			"`networks::office` and `networks::other` both hold \"10.0.0.0/8\"",
		"limit_labels": "`limits` must name labels of the schema or of `labels`, got \"destination_network\"\n" +
			"`limits::destination_service` must not have `roll_up`, since its values are no addresses, got true\n" +
			"`limits` must name labels of the schema or of `labels`, got \"team\"",
		"several": "`labels_on` must be one of [\"scope\" \"record\"], got \"y\"\n" +
			"schema: `schema` must be one of [\"istio\" \"istio-1.3\"], got \"x\"\n" +
			"destination_ip: `destinations` must not be empty where `enabled` is true, got []",
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

// A key that is none stops the start, below a label, too.
func TestUnknownLimitKey(t *testing.T) {
	_, err := loadConfig(t, "limit_unknown_key")
	require.ErrorContains(t, err, "`limits::destination_ip` has invalid keys: limits")
}

// Settings of earlier versions stop the start. Each is named, with its value and
// what to do.
func TestRemovedKeys(t *testing.T) {
	for key, value := range map[string]any{
		"limits::destination_service::rest_timeout":    "65m",
		"limits::destination_ip::max_source_share":     0.5,
		"limits::destination_ip::guaranteed_shares":    map[string]any{"PassthroughCluster": 0.5},
		"limits::destination_ip::roll_up::share":       0.1,
		"limits::destination_ip::roll_up::ipv4":        []any{16},
		"limits::destination_ip::roll_up::ipv6":        []any{48},
		"destination_host::learned_names::max_names":   10,
		"destination_host::learned_names::ttl":         "1m",
		"destination_host::reverse_dns::num_consumers": 1,
		"destination_host::reverse_dns::queue_size":    2,
		"destination_host::reverse_dns::max_entries":   3,
		"destination_host::reverse_dns::timeout":       "1s",
		"destination_host::reverse_dns::positive_ttl":  "5m",
		"destination_host::reverse_dns::negative_ttl":  "1m",
	} {
		t.Run(key, func(t *testing.T) {
			conf := confmap.NewFromStringMap(map[string]any{key: value})
			err := conf.Unmarshal(createDefaultConfig())
			require.ErrorContains(t, err, fmt.Sprintf("`%s` must not be set, got %v: ", key, value))
		})
	}
}

// A form that no key takes is told with the label.
func TestLimitForm(t *testing.T) {
	conf := confmap.NewFromStringMap(map[string]any{"limits": map[string]any{"destination_ip": map[string]any{"limit": "1k"}}})
	err := conf.Unmarshal(createDefaultConfig())
	require.ErrorContains(t, err, "`limits::destination_ip::limit` must be a whole number, without a unit, got \"1k\"")
}

// A switch is true or false, and nothing else.
func TestConfigSwitch(t *testing.T) {
	_, err := loadConfig(t, "destination_ip")
	require.ErrorContains(t, err, "`destination_ip::enabled` must be true or false, got \"maybe\"")
}

// OTTL reads its own mode, before there is a configuration to validate.
func TestConfigErrorMode(t *testing.T) {
	_, err := loadConfig(t, "error_mode")
	require.ErrorContains(t, err, "`error_mode` unknown error mode panic")
}
