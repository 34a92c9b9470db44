// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
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
	assert.Equal(t, EntriesConfig{Keep: als.KeepAuto, Wait: 3 * time.Second, MaxMemoryMiB: 64}, cfg.Entries)
	grpc := cfg.Protocols.GRPC.Get()
	assert.Equal(t, "localhost:4319", grpc.NetAddr.Endpoint)
	assert.Equal(t, 8192, grpc.ReadBufferSize)
	assert.Equal(t, 1024, grpc.WriteBufferSize)
	assert.Equal(t, time.Minute, grpc.Keepalive.Get().ServerParameters.Get().Time)
	assert.Equal(t, 10*time.Second, grpc.Keepalive.Get().EnforcementPolicy.Get().MinTime)
	assert.True(t, grpc.Keepalive.Get().EnforcementPolicy.Get().PermitWithoutStream)
	assert.Zero(t, maxConnectionAge(grpc))
}

func TestLoadConfig(t *testing.T) {
	cfg, err := loadConfig(t, "all")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, EntriesConfig{Keep: als.KeepNative, Wait: 10 * time.Second, MaxMemoryMiB: 128}, cfg.Entries)
	grpc := cfg.Protocols.GRPC.Get()
	assert.Equal(t, "ca.crt", grpc.TLS.Get().ClientCAFile)
	assert.Equal(t, "bearertokenauth", grpc.Auth.Get().AuthenticatorID.String())
	assert.Equal(t, uint32(16), grpc.MaxConcurrentStreams)
	assert.Equal(t, time.Minute, grpc.Keepalive.Get().ServerParameters.Get().Time, "the other defaults stay")
	assert.Equal(t, time.Hour, maxConnectionAge(grpc))
	assert.Zero(t, maxConnectionAge(nil))
}

func TestLoadConfigInvalid(t *testing.T) {
	for name, want := range map[string]string{
		"no_protocol":    "`protocols` must have `grpc`, `otlp::grpc` or `otlp::http`",
		"null_protocols": "`protocols` must have `grpc`, `otlp::grpc` or `otlp::http`",
		"keep": "entries: `keep` must be one of [\"auto\" \"native\" \"all\"], got \"some\"\n" +
			"`wait` must be above 0 and at most 1m0s, got 0s\n" +
			"`max_memory_mib` must be between 1 and 1048576, got 0",
		"too_long": "entries: `wait` must be above 0 and at most 1m0s, got 2m0s\n" +
			"`max_memory_mib` must be between 1 and 1048576, got -1",
		"limits": "limits: `in_flight_mib` must be between 1 and 1048576, got 0\n" +
			"`request_mib` must be between 1 and `in_flight_mib` (0), got 0\n" +
			"`max_connections` must be between 0 and 1048576, got -1\n" +
			"`max_streams` must be between 1 and 1048576, got 0\n" +
			"`message_timeout` must be above 0 and at most 1h0m0s, got 0s",
		"request": "limits: `request_mib` must be between 1 and `in_flight_mib` (64), got 96",
		"message": "`limits::in_flight_mib` must be at least `protocols::otlp::grpc::max_recv_msg_size_mib` (200), got 128",
		"body":    "`limits::in_flight_mib` must be at least `limits::request_mib` (96) and `protocols::otlp::http::max_request_body_size` (104857600 bytes) together, got 128",
		"http": "protocols::otlp::http: `compression_algorithms` must be among [\"\" \"gzip\" \"zstd\" \"zlib\" \"snappy\" \"deflate\" \"lz4\" \"x-snappy-framed\"], got \"br\"\n" +
			"`max_request_body_size` must not be negative, got -1",
		"grpc":   "protocols::grpc: invalid read_buffer_size value: -1",
		"sender": "`sender_identity` must be one of [\"off\" \"verify\"], got \"on\"",
		"sender_without_tls": "`sender_identity` \"verify\" needs `protocols::grpc::tls::client_ca_file`, which is empty\n" +
			"`sender_identity` \"verify\" needs `protocols::otlp::http::tls::client_ca_file`, which is empty",
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := loadConfig(t, name)
			require.NoError(t, err)
			assert.EqualError(t, confmap.Validate(cfg), want)
		})
	}
	for name, want := range map[string]string{
		"unknown": "has invalid keys: http",
		"type":    "must be a duration",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(t, name)
			assert.ErrorContains(t, err, want)
		})
	}
}

// An endpoint that nobody could listen on is told with its key.
func TestEndpoints(t *testing.T) {
	for _, wrong := range []string{"4317", "http://0.0.0.0:4317", "localhost", "", "localhost:http", "localhost:70000", "::1"} {
		for _, key := range []string{"protocols::grpc::endpoint", "protocols::otlp::grpc::endpoint", "protocols::otlp::http::endpoint"} {
			cfg := createDefaultConfig().(*Config)
			require.NoError(t, confmap.NewFromStringMap(map[string]any{key: wrong}).Unmarshal(cfg))
			require.EqualError(t, confmap.Validate(cfg), fmt.Sprintf("`%s` must be HOST:PORT, such as 0.0.0.0:4317, got %q", key, wrong))
		}
	}
	for _, right := range []map[string]any{
		{"endpoint": ":4319"}, {"endpoint": "[::1]:0"}, {"endpoint": "/run/als.sock", "transport": "unix"},
	} {
		cfg := createDefaultConfig().(*Config)
		require.NoError(t, confmap.NewFromStringMap(map[string]any{"protocols": map[string]any{"grpc": right}}).Unmarshal(cfg))
		require.NoError(t, confmap.Validate(cfg), right)
	}
}

// An age without a unit is none.
func TestMaxConnectionAgeNeedsAUnit(t *testing.T) {
	cfg := testConfig()
	cfg.Protocols.GRPC.Get().Keepalive = configoptional.Some(configgrpc.KeepaliveServerConfig{
		ServerParameters: configoptional.Some(configgrpc.KeepaliveServerParameters{MaxConnectionAge: 30}),
	})
	require.EqualError(t, cfg.Validate(), "`protocols::grpc::keepalive::server_parameters::max_connection_age` must be 0 or at least 100ms, got 30ns (a number needs a unit, as in 30m)")
}

func TestOTLPDefaults(t *testing.T) {
	cfg, err := loadConfig(t, "otlp")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.False(t, cfg.Protocols.GRPC.HasValue())
	assert.Equal(t, LimitsConfig{InFlightMiB: 128, RequestMiB: 96, MaxStreams: 8192, MessageTimeout: 10 * time.Second}, cfg.Limits)
	grpc := cfg.Protocols.OTLP.GRPC.Get()
	assert.Equal(t, "localhost:4317", grpc.NetAddr.Endpoint)
	assert.Equal(t, 16<<10, grpc.ReadBufferSize)
	assert.Equal(t, uint32(256), grpc.MaxConcurrentStreams)
	http := cfg.Protocols.OTLP.HTTP.Get()
	assert.Equal(t, "localhost:4318", http.ServerConfig.NetAddr.Endpoint)
	assert.Equal(t, int64(20<<20), http.ServerConfig.MaxRequestBodySize)
	assert.Equal(t, 10*time.Second, http.ServerConfig.ReadHeaderTimeout)
	assert.Equal(t, 30*time.Second, http.ServerConfig.ReadTimeout)
	assert.Equal(t, time.Minute, http.ServerConfig.IdleTimeout)
	assert.Equal(t, time.Minute, http.ServerConfig.WriteTimeout)
	assert.Equal(t, URLPath("/v1/logs"), http.LogsURLPath)
}

func TestOTLPConfig(t *testing.T) {
	cfg, err := loadConfig(t, "otlp_all")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, LimitsConfig{InFlightMiB: 64, RequestMiB: 32, MaxConnections: 100, MaxStreams: 1000, MessageTimeout: time.Second}, cfg.Limits)
	assert.Equal(t, 16, cfg.Protocols.OTLP.GRPC.Get().MaxRecvMsgSizeMiB)
	http := cfg.Protocols.OTLP.HTTP.Get()
	assert.Equal(t, URLPath("/logs"), http.LogsURLPath)
	assert.Equal(t, []string{"", "gzip"}, http.ServerConfig.CompressionAlgorithms)
}
