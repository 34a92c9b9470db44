// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"encoding"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"time"

	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

const (
	defaultOTLPGRPCEndpoint = "localhost:4317"
	defaultOTLPHTTPEndpoint = "localhost:4318"
	// An idle connection holds it, too. The Collector's OTLP receiver has 512 KiB.
	defaultOTLPReadBufferSize = 16 << 10
	// One connection does not need more requests at a time, and cannot hold more.
	defaultMaxConcurrentStreams = 256

	defaultLogsURLPath        = "/v1/logs"
	defaultMaxRequestBodySize = 20 << 20
	// A client that does not send takes a connection from others.
	defaultReadHeaderTimeout = 10 * time.Second
	defaultReadTimeout       = 30 * time.Second
	defaultIdleTimeout       = time.Minute
	defaultWriteTimeout      = time.Minute
)

var (
	_ confmap.Validator        = (*OTLPHTTPConfig)(nil)
	_ encoding.TextUnmarshaler = (*URLPath)(nil)
)

// OTLPConfig holds the settings of the protocols of OTLP.
type OTLPConfig struct {
	// GRPC serves OTLP/gRPC.
	GRPC configoptional.Optional[configgrpc.ServerConfig] `mapstructure:"grpc"`
	// HTTP serves OTLP/HTTP.
	HTTP configoptional.Optional[OTLPHTTPConfig] `mapstructure:"http"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// OTLPHTTPConfig holds the settings of OTLP/HTTP.
type OTLPHTTPConfig struct {
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`
	// LogsURLPath is the path of the requests.
	LogsURLPath URLPath `mapstructure:"logs_url_path,omitempty"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// URLPath is a path of a URL. It always begins with a slash.
type URLPath string

// UnmarshalText takes a path with or without a slash before it.
func (p *URLPath) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	if err != nil {
		return fmt.Errorf("invalid path of a URL: %w", err)
	}
	if !path.IsAbs(u.Path) {
		u.Path = "/" + u.Path
	}
	*p = URLPath(u.Path)
	return nil
}

// Validate reports every mistake at once, each with its key and value.
func (c *OTLPHTTPConfig) Validate() error {
	var errs []error
	for _, name := range c.ServerConfig.CompressionAlgorithms {
		if known := otlp.Compressions(); !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("`compression_algorithms` must be among %q, got %q", known, name))
		}
	}
	if c.ServerConfig.MaxRequestBodySize < 0 {
		errs = append(errs, fmt.Errorf("`max_request_body_size` must not be negative, got %d", c.ServerConfig.MaxRequestBodySize))
	}
	return errors.Join(errs...)
}

func defaultOTLP() OTLPConfig {
	grpc := defaultGRPC(defaultOTLPGRPCEndpoint, defaultOTLPReadBufferSize)
	grpc.MaxConcurrentStreams = defaultMaxConcurrentStreams
	http := confighttp.NewDefaultServerConfig()
	http.NetAddr.Endpoint = defaultOTLPHTTPEndpoint
	http.MaxRequestBodySize = defaultMaxRequestBodySize
	http.ReadHeaderTimeout = defaultReadHeaderTimeout
	http.ReadTimeout = defaultReadTimeout
	http.IdleTimeout = defaultIdleTimeout
	http.WriteTimeout = defaultWriteTimeout
	return OTLPConfig{
		GRPC: configoptional.Default(grpc),
		HTTP: configoptional.Default(OTLPHTTPConfig{ServerConfig: http, LogsURLPath: defaultLogsURLPath}),
	}
}
