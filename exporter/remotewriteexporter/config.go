// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
)

const (
	defaultTimeout         = 15 * time.Second
	defaultShutdownTimeout = 20 * time.Second
	// minTimeout keeps a forgotten unit (15 is 15 ns) from being no time at all.
	minTimeout = 100 * time.Millisecond

	minMaxRequestBytes = 10_000
)

var (
	_ confmap.Unmarshaler = (*Config)(nil)
	_ confmap.Validator   = (*Config)(nil)
	_ confmap.Validator   = (*QueueConfig)(nil)
)

// Config holds the settings of the exporter.
type Config struct {
	// HTTP is the client and the endpoint. Its compression is snappy, as the
	// protocols have it.
	HTTP confighttp.ClientConfig `mapstructure:"http"`
	// Timeout is the time of one attempt, at least `100ms`.
	Timeout time.Duration `mapstructure:"timeout"`
	// Queue holds flushes until they are sent.
	Queue QueueConfig `mapstructure:"sending_queue"`
	// Retry says how long to wait between attempts. `max_elapsed_time` is the time
	// for a flush; 0 is no limit.
	Retry configretry.BackOffConfig `mapstructure:"retry_on_failure"`
	// ShutdownTimeout is how long a stop sends what is queued, at least `100ms`.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout"`
	// ProtobufMessage is the protocol. `prometheus.WriteRequest` or `1.0`: protocol
	// 1.0. `io.prometheus.write.v2.Request` or `2.0`: protocol 2.0, which has start
	// times and metadata for each series.
	ProtobufMessage ProtobufMessage `mapstructure:"protobuf_message"`
	// MaxRequestBytes is the most bytes of a request before compression, at least
	// 10000.
	MaxRequestBytes int `mapstructure:"max_batch_size_bytes"`
	// ExternalLabels are labels that are added to each series that has no label of
	// that name.
	ExternalLabels map[string]string `mapstructure:"external_labels"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal says what form a value must have.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return configform.Unmarshal(conf, c)
}

// Validate checks the exporter's own settings. The nested ones check
// themselves.
func (c *Config) Validate() error {
	errs := errors.Join(c.validateHTTP(),
		configform.AtLeast("timeout", c.Timeout, minTimeout, "15s"),
		configform.AtLeast("shutdown_timeout", c.ShutdownTimeout, minTimeout, "20s"))
	if c.MaxRequestBytes < minMaxRequestBytes {
		errs = errors.Join(errs, fmt.Errorf("`max_batch_size_bytes` must be at least %d, got %d", minMaxRequestBytes, c.MaxRequestBytes))
	}
	if _, err := protocol.NewEncoder(protocol.Settings{ExternalLabels: c.ExternalLabels}); err != nil {
		errs = errors.Join(errs, fmt.Errorf("`external_labels`: %w", err))
	}
	return errs
}

func (c *Config) validateHTTP() error {
	var errs error
	switch u, err := url.Parse(c.HTTP.Endpoint); {
	case c.HTTP.Endpoint == "":
		errs = errors.New("`http::endpoint` must not be empty")
	case err != nil:
		// The error holds the address, which may hold a password.
		errs = errors.New("`http::endpoint` must be a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		errs = fmt.Errorf("`http::endpoint` must be a URL that begins with http:// or https://, got %q", u.Redacted())
	case u.Path == "":
		// No server takes remote write there. One that does is reached with a slash.
		errs = fmt.Errorf("`http::endpoint` must have a path, such as %s/api/v1/write, got %q", u.Redacted(), u.Redacted())
	}
	if c.HTTP.Compression.IsCompressed() && c.HTTP.Compression != "snappy" {
		errs = errors.Join(errs, fmt.Errorf("`http::compression` must be snappy, which both protocols ask for, got %q", c.HTTP.Compression))
	}
	return errs
}

func createDefaultConfig() component.Config {
	retry := configretry.NewDefaultBackOffConfig()
	// As Prometheus' own: what is queued should not wait long for its turn.
	retry.InitialInterval = time.Second
	retry.MaxInterval = 5 * time.Second
	// An outage costs nothing that is queued, however long it is.
	retry.MaxElapsedTime = 0
	return &Config{
		HTTP:            confighttp.NewDefaultClientConfig(),
		Timeout:         defaultTimeout,
		Queue:           defaultQueueConfig(),
		Retry:           retry,
		ShutdownTimeout: defaultShutdownTimeout,
		ProtobufMessage: MessageV1,
		MaxRequestBytes: protocol.DefaultMaxRequestBytes,
	}
}
