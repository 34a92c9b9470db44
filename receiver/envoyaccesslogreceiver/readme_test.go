package envoyaccesslogreceiver

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

func readme(t *testing.T) string { return document(t, "README.md") }

func document(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}

// Each key of ours has a row, with its default, and each default of ours that
// is a server's, too.
func TestREADMEOptions(t *testing.T) {
	for _, row := range []string{
		"| `protocols::grpc::endpoint` | `" + defaultEndpoint + "` |",
		"| `protocols::grpc::read_buffer_size` | `8192` |",
		"| `protocols::grpc::write_buffer_size` | `1024` |",
		"| `protocols::grpc::keepalive::server_parameters::time` | `1m` |",
		"| `protocols::grpc::keepalive::enforcement_policy::min_time`, `permit_without_stream` | `10s`, `true` |",
		"| `protocols::otlp::grpc::endpoint` | `" + defaultOTLPGRPCEndpoint + "` |",
		"| `protocols::otlp::grpc::read_buffer_size` | `16384` |",
		"| `protocols::otlp::grpc::max_concurrent_streams` | `256` |",
		"| `protocols::otlp::http::endpoint` | `" + defaultOTLPHTTPEndpoint + "` |",
		"| `protocols::otlp::http::logs_url_path` | `" + defaultLogsURLPath + "` |",
		"| `protocols::otlp::http::max_request_body_size` | `20971520` |",
		"| `protocols::otlp::http::read_header_timeout` | `10s` |",
		"| `protocols::otlp::http::read_timeout` | `30s` |",
		"| `protocols::otlp::http::write_timeout` | `1m` |",
		"| `protocols::otlp::http::idle_timeout` | `1m` |",
		"| `limits::in_flight_mib` | `128` |",
		"| `limits::request_mib` | `96` |",
		"| `limits::max_connections` | `0` |",
		"| `limits::max_streams` | `8192` |",
		"| `limits::message_timeout` | `10s` |",
		"| `sender_identity` | `" + string(SenderOff) + "` |",
		"| `entries::keep` | `auto` |",
		"| `entries::wait` | `3s` |",
		"| `entries::max_memory_mib` | `64` |",
	} {
		assert.Contains(t, readme(t), row)
	}
	conf := confmap.New()
	require.NoError(t, conf.Marshal(createDefaultConfig()))
	for _, key := range conf.AllKeys() {
		if strings.HasPrefix(key, "entries::") || strings.HasPrefix(key, "limits::") {
			assert.Contains(t, readme(t), "| `"+key+"` | ")
		}
	}
}

// Each attribute that a golden case has is named.
func TestREADMEAttributes(t *testing.T) {
	for _, name := range goldenAttributes(t) {
		prefix, _, found := strings.Cut(name, ".")
		if found {
			name = prefix + ".NAME"
		}
		assert.Contains(t, document(t, "records.md"), "`"+name+"`", name)
	}
}

// goldenAttributes are the names in the case that has every field.
func goldenAttributes(t *testing.T) (names []string) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden/every-field/records.yaml")
	require.NoError(t, err)
	var messages []struct {
		Resource map[string]any
		Records  []struct{ Attributes map[string]any }
	}
	require.NoError(t, yaml.Unmarshal(b, &messages))
	for _, m := range messages {
		for name := range m.Resource {
			names = append(names, name)
		}
		for _, r := range m.Records {
			for name := range r.Attributes {
				if name != "team" { // the tag of the case
					names = append(names, name)
				}
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// Each metric that the README names is one of the receiver's or of its helper's,
// and each of the receiver's with attributes is named.
func TestREADMEMetrics(t *testing.T) {
	b, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var metadata struct {
		Telemetry struct {
			Metrics map[string]struct{ Attributes []string }
		}
		Attributes map[string]struct{ Enum []string }
	}
	require.NoError(t, yaml.Unmarshal(b, &metadata))
	for name, m := range metadata.Telemetry.Metrics {
		if len(m.Attributes) > 0 {
			assert.Contains(t, readme(t), "otelcol_"+name)
		}
	}
	for rest := readme(t); ; {
		_, after, found := strings.Cut(rest, "`otelcol_")
		if !found {
			break
		}
		name := after[:strings.IndexAny(after, "`{")]
		rest = after
		if name != "receiver_refused_log_records" && name != "receiver_accepted_log_records" {
			assert.Contains(t, metadata.Telemetry.Metrics, name)
		}
	}
}

// The first example is a valid configuration, and the second one names an
// extension provider of Istio's.
func TestREADMEExamples(t *testing.T) {
	examples := strings.Split(readme(t), "```yaml\n")
	require.Len(t, examples, 3)
	var config struct {
		Receivers map[string]map[string]any
	}
	example, _, _ := strings.Cut(examples[1], "```")
	require.NoError(t, yaml.Unmarshal([]byte(example), &config))
	cfg := createDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(config.Receivers["envoy_access_log"]).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, "0.0.0.0:4319", cfg.(*Config).Protocols.GRPC.Get().NetAddr.Endpoint)
	assert.Equal(t, "0.0.0.0:4317", cfg.(*Config).Protocols.OTLP.GRPC.Get().NetAddr.Endpoint)
	assert.Equal(t, "0.0.0.0:4318", cfg.(*Config).Protocols.OTLP.HTTP.Get().ServerConfig.NetAddr.Endpoint)

	var mesh struct {
		MeshConfig struct {
			ExtensionProviders []map[string]any `yaml:"extensionProviders"`
		} `yaml:"meshConfig"`
	}
	example, _, _ = strings.Cut(examples[2], "```")
	require.NoError(t, yaml.Unmarshal([]byte(example), &mesh))
	assert.Contains(t, mesh.MeshConfig.ExtensionProviders[0], "envoyHttpAls")
}
