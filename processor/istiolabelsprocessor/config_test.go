package istiolabelsprocessor

import (
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
		GRPCByPath:            true,
		DestinationIP:         DestinationIPConfig{Enabled: "off", Destinations: []string{"BlackHoleCluster", "PassthroughCluster"}},
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
		Enabled: "off", Destinations: []string{"BlackHoleCluster", "PassthroughCluster", "AllowAnyDynamicDNSCluster"},
		LearnedNames: LearnedNamesConfig{MaxNames: 10_000, TTL: time.Hour},
		ReverseDNS: ReverseDNSConfig{
			Enabled: "off", NumConsumers: 4, QueueSize: 1000, MaxEntries: 10_000,
			Timeout: 2 * time.Second, PositiveTTL: time.Hour, NegativeTTL: 10 * time.Minute,
		},
	}
	codeLimit = LimitConfig{
		Limit: 20, IdleTimeout: time.Hour, MaxSourceShare: 0.25,
		GuaranteedShares: map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
	}
	hostLimit = LimitConfig{
		Limit: 400, IdleTimeout: time.Hour, MaxSourceShare: 0.25,
		GuaranteedShares: map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
	}
	peerLimit    = LimitConfig{Limit: 400, IdleTimeout: time.Hour, MaxSourceShare: 0.25}
	addressLimit = LimitConfig{
		Limit: 1000, IdleTimeout: time.Hour, MaxSourceShare: 0.25,
		GuaranteedShares: map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
		RollUp:           RollUpConfig{Share: 0.2, IPv4: []int{24, 16}, IPv6: []int{64, 48}},
	}
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
		GRPCByPath:            false,
		DestinationIP:         DestinationIPConfig{Enabled: "on", Destinations: []string{"PassthroughCluster"}},
		LogFormat: LogFormatConfig{
			Text:   `[%START_TIME%] %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% "%REQ(USER-AGENT)%"`,
			Labels: map[string]string{"host": "%REQ(:AUTHORITY)%"},
		},
		Labels:     map[string]string{"team": `attributes["k8s.pod.label.team"]`, "request_host": `log.attributes["authority"]`},
		Remove:     []string{"source_version", "destination_version"},
		Conditions: []string{`attributes["reporter"] == "source"`, `log.attributes["response_code"] == "502"`},
		ErrorMode:  ottl.PropagateError,
		DestinationHost: DestinationHostConfig{
			Enabled: "on", Destinations: []string{"PassthroughCluster"},
			LearnedNames: LearnedNamesConfig{MaxNames: 0, TTL: time.Minute},
			ReverseDNS: ReverseDNSConfig{
				Enabled: "on", Endpoint: "10.96.0.10:53", Private: true, NumConsumers: 1, QueueSize: 2, MaxEntries: 3,
				Timeout: time.Second, PositiveTTL: 5 * time.Minute, NegativeTTL: time.Minute,
			},
		},
		NormalizeHosts: true,
		Limits: LimitsConfig{
			"destination_ip": LimitConfig{
				Limit: 50, IdleTimeout: 10 * time.Minute, MaxSourceShare: 0.5,
				GuaranteedShares: map[string]float64{"PassthroughCluster": 0.5},
				RollUp:           RollUpConfig{Share: 0.1, IPv4: []int{16}, IPv6: []int{}},
				Networks:         map[string][]string{"office": {"198.51.100.0/24", "2001:db8::/32"}},
				NetworkLabel:     true,
			},
			"destination_host":     addressLimit,
			"destination_service":  hostLimit,
			"claimed_peer":         peerLimit,
			"response_code":        codeLimit,
			"grpc_response_status": codeLimit,
			"team": LimitConfig{
				Limit: 20, IdleTimeout: time.Hour, MaxSourceShare: 0.25,
				GuaranteedShares: map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
			},
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
		"destination_ip":          "destination_ip: `enabled` must be one of [\"on\" \"off\"], got \"maybe\"",
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
		"destination_host": "destination_host: `destinations` must not be empty where `enabled` is \"on\"",
		"learned_names":    "destination_host::learned_names: `max_names` must be between 0 and 1000000, got -1\n`ttl` must be at least 1s, got 10ns (a number needs a unit, as in 10s)",
		"reverse_dns": "destination_host::reverse_dns: `enabled` must be one of [\"on\" \"off\"], got \"yes\"\n" +
			"`endpoint` must be HOST:PORT, got \":\"\n" +
			"`num_consumers` must be between 1 and 1000, got 0\n" +
			"`queue_size` must be between 1 and 1000000, got 1152921504606846976\n" +
			"`timeout` must be at least 1ms, got 0s (a number needs a unit, as in 10s)",
		"limit_numbers": "limits::destination_ip: `guaranteed_shares::AllowAnyDynamicDNSCluster` must be between 0 and 1, got -0.25\n" +
			"`guaranteed_shares` must not add up to more than 1, got 1.25\n" +
			"`limit` must be between 1 and 1000000, got 0\n" +
			"`idle_timeout` must be at least 1s, got 15ns (a number needs a unit, as in 10s)\n" +
			"`max_source_share` must be between 0 and 1, got 1.5\n" +
			"`roll_up::share` must be between 0 and 1, got 2\n" +
			"`roll_up::ipv4` must be lengths of prefixes from 1 to 31, the longest first, got [16 24]\n" +
			"`roll_up::ipv6` must be lengths of prefixes from 1 to 127, the longest first, got [128]",
		"limit_networks": "limits::destination_ip: `networks` must have names that are no addresses and no networks, got \"10.0.0.0/24\"\n" +
			"`networks` must have names that are no addresses and no networks, got \"10.0.0.1\"\n" +
			"`networks::10.0.0.1` must not be empty\n" +
			"`networks::office` must hold prefixes in CIDR notation, got \"10.0.0.0/33\"\n" +
			"`networks` must have names of at most 256 bytes that are not \"other\" or \"unknown\", got \"other\"\n" +
			"`networks::office` and `networks::other` both hold \"10.0.0.0/8\"",
		"limit_labels": "`limits::destination_ip::guaranteed_shares` must name [\"BlackHoleCluster\" \"PassthroughCluster\" \"AllowAnyDynamicDNSCluster\"] or one of `destination_ip::destinations`, got \"BlackholeCluster\"\n" +
			"`limits` must name labels of the schema or of `labels`, got \"destination_network\"\n" +
			"`limits::destination_service` must not have `roll_up`, since its values are no addresses, got [0.1 [] []]\n" +
			"`limits` must name labels of the schema or of `labels`, got \"team\"",
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

// A key that is none stops the start, below a label, too.
func TestUnknownLimitKey(t *testing.T) {
	_, err := loadConfig(t, "limit_unknown_key")
	require.ErrorContains(t, err, "`destination_ip`: decoding failed")
	require.ErrorContains(t, err, "has invalid keys: limits")
}

// A setting of earlier versions stops the start.
func TestRestTimeoutIsRefused(t *testing.T) {
	_, err := loadConfig(t, "limit_rest_timeout")
	require.ErrorContains(t, err, "`destination_service::rest_timeout` must not be set, got 65m")
	require.ErrorContains(t, err, "`idle_timeout`")
}

// OTTL reads its own mode, before there is a configuration to validate.
func TestConfigErrorMode(t *testing.T) {
	_, err := loadConfig(t, "error_mode")
	require.ErrorContains(t, err, "'error_mode' unknown error mode panic")
}
