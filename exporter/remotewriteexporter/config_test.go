// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/metadata"
)

func loadConfig(t *testing.T, name string) *Config {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(component.NewIDWithName(metadata.Type, name).String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	return cfg
}

func TestLoadDefaults(t *testing.T) {
	client := confighttp.NewDefaultClientConfig()
	client.Endpoint = "http://localhost:9090/api/v1/write"
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval, retry.MaxInterval, retry.MaxElapsedTime = time.Second, 5*time.Second, 0
	assert.Equal(t, &Config{
		HTTP:            client,
		Timeout:         15 * time.Second,
		Queue:           QueueConfig{QueueSize: 1000, QueueSizeMiB: 64, NumConsumers: 5},
		Retry:           retry,
		ShutdownTimeout: 20 * time.Second,
		ProtobufMessage: MessageV1,
		MaxRequestBytes: 3_000_000,
	}, loadConfig(t, ""))
}

func TestLoadAll(t *testing.T) {
	client := confighttp.NewDefaultClientConfig()
	client.Endpoint = "https://mimir.example.com/api/v1/push"
	client.Timeout = 3 * time.Second
	client.Headers = configopaque.MapList{{Name: "X-Scope-OrgID", Value: "mesh"}}
	client.Compression = "snappy"
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval, retry.MaxInterval, retry.MaxElapsedTime = 2*time.Second, 3*time.Second, 4*time.Second
	storage := component.MustNewIDWithName("file_storage", "queue")
	assert.Equal(t, &Config{
		HTTP:            client,
		Timeout:         5 * time.Second,
		Queue:           QueueConfig{QueueSize: 40, QueueSizeMiB: 10, NumConsumers: 2, StorageID: &storage},
		Retry:           retry,
		ShutdownTimeout: 7 * time.Second,
		ProtobufMessage: MessageV2,
		MaxRequestBytes: 100_000,
		ExternalLabels:  map[string]string{"cluster": "east"},
	}, loadConfig(t, "all"))
}

// Each mistake is told by its key and its value.
func TestValidate(t *testing.T) {
	for name, test := range map[string]struct {
		conf map[string]any
		want []string
	}{
		"no endpoint":       {map[string]any{"http": map[string]any{"endpoint": ""}}, []string{"`http::endpoint`"}},
		"no scheme":         {map[string]any{"http": map[string]any{"endpoint": "localhost:9090"}}, []string{"`http::endpoint`", "localhost:9090"}},
		"no host":           {map[string]any{"http": map[string]any{"endpoint": "http:///write"}}, []string{"`http::endpoint`", "http:///write"}},
		"no path":           {map[string]any{"http": map[string]any{"endpoint": "http://localhost:9090"}}, []string{"`http::endpoint`", `"http://localhost:9090"`, "path"}},
		"no URL":            {map[string]any{"http": map[string]any{"endpoint": "http://a b"}}, []string{"`http::endpoint`"}},
		"compression":       {map[string]any{"http": map[string]any{"compression": "gzip"}}, []string{"`http::compression`", "gzip"}},
		"timeout":           {map[string]any{"timeout": "15ns"}, []string{"`timeout`", "15ns"}},
		"shutdown_timeout":  {map[string]any{"shutdown_timeout": "0s"}, []string{"`shutdown_timeout`", "0s"}},
		"queue_size":        {map[string]any{"sending_queue": map[string]any{"queue_size": 1}}, []string{"`queue_size`", "got 1"}},
		"queue_size_mib":    {map[string]any{"sending_queue": map[string]any{"queue_size_mib": 0}}, []string{"`queue_size_mib`", "got 0"}},
		"num_consumers":     {map[string]any{"sending_queue": map[string]any{"num_consumers": -1}}, []string{"`num_consumers`", "got -1"}},
		"retry_on_failure":  {map[string]any{"retry_on_failure": map[string]any{"multiplier": -1}}, []string{"multiplier"}},
		"protobuf_message":  {map[string]any{"protobuf_message": "3.0"}, []string{"`protobuf_message`", "3.0"}},
		"max_request_bytes": {map[string]any{"max_batch_size_bytes": 3}, []string{"`max_batch_size_bytes`", "got 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := loadConfig(t, "")
			require.NoError(t, confmap.NewFromStringMap(test.conf).Unmarshal(cfg))
			err := confmap.Validate(cfg)
			for _, part := range test.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

func TestPasswordsAreNotPrinted(t *testing.T) {
	cfg := loadConfig(t, "")
	for _, endpoint := range []string{"ftp://user:secret@host/", "http://user:secret@ho st/"} {
		cfg.HTTP.Endpoint = endpoint
		err := cfg.Validate()
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret")
	}
}

func TestProtocolByNumber(t *testing.T) {
	for value, want := range map[string]ProtobufMessage{
		"1.0": MessageV1, "2.0": MessageV2, string(MessageV1): MessageV1, string(MessageV2): MessageV2,
	} {
		cfg := loadConfig(t, "")
		require.NoError(t, confmap.NewFromStringMap(map[string]any{"protobuf_message": value}).Unmarshal(cfg))
		assert.Equal(t, want, cfg.ProtobufMessage)
		require.NoError(t, confmap.Validate(cfg))
	}
}

// The Collector's keys that mean nothing here are refused, not ignored.
func TestUnknownKeys(t *testing.T) {
	for _, key := range []string{"sizer", "block_on_overflow", "wait_for_result", "batch", "enabled"} {
		cfg := loadConfig(t, "")
		conf := confmap.NewFromStringMap(map[string]any{"sending_queue": map[string]any{key: nil}})
		assert.ErrorContains(t, conf.Unmarshal(cfg), key)
	}
}
