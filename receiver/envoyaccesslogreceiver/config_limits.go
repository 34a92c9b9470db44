// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
)

const (
	defaultInFlightMiB = 128
	defaultRequestMiB  = 96

	maxLimitMiB       = 1 << 20
	maxLimitCount     = 1 << 20
	maxMessageTimeout = time.Hour
)

var _ confmap.Validator = (*LimitsConfig)(nil)

// LimitsConfig bounds what all clients together may use. Where a limit is reached,
// the client that uses most loses first.
type LimitsConfig struct {
	// InFlightMiB is the memory that all messages and requests in flight may use, in
	// MiB.
	InFlightMiB int `mapstructure:"in_flight_mib"`
	// RequestMiB is the memory that one OTLP request may use, decoded, in MiB.
	RequestMiB int `mapstructure:"request_mib"`
	// MaxConnections is the number of open connections, of all protocols together.
	// 0 is three quarters of the open files that the process is allowed beyond 64,
	// and at most 4096.
	MaxConnections int `mapstructure:"max_connections"`
	// MaxStreams is the number of open streams of ALS and requests of OTLP/gRPC,
	// over all connections.
	MaxStreams int `mapstructure:"max_streams"`
	// MessageTimeout is how long a message may take to arrive over gRPC.
	MessageTimeout time.Duration `mapstructure:"message_timeout"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate reports every mistake at once, each with its key and value.
func (c *LimitsConfig) Validate() error {
	var errs []error
	if c.InFlightMiB < 1 || c.InFlightMiB > maxLimitMiB {
		errs = append(errs, fmt.Errorf("`in_flight_mib` must be between 1 and %d, got %d", maxLimitMiB, c.InFlightMiB))
	}
	if c.RequestMiB < 1 || c.RequestMiB > c.InFlightMiB {
		errs = append(errs, fmt.Errorf("`request_mib` must be between 1 and `in_flight_mib` (%d), got %d", c.InFlightMiB, c.RequestMiB))
	}
	if c.MaxConnections < 0 || c.MaxConnections > maxLimitCount {
		errs = append(errs, fmt.Errorf("`max_connections` must be between 0 and %d, got %d", maxLimitCount, c.MaxConnections))
	}
	if c.MaxStreams < 1 || c.MaxStreams > maxLimitCount {
		errs = append(errs, fmt.Errorf("`max_streams` must be between 1 and %d, got %d", maxLimitCount, c.MaxStreams))
	}
	if c.MessageTimeout <= 0 || c.MessageTimeout > maxMessageTimeout {
		errs = append(errs, fmt.Errorf("`message_timeout` must be above 0 and at most %v, got %v", maxMessageTimeout, c.MessageTimeout))
	}
	return errors.Join(errs...)
}

// validateFor checks that a message of the largest size may be held.
func (c *LimitsConfig) validateFor(key string, grpc *configgrpc.ServerConfig) error {
	if grpc != nil && c.InFlightMiB > 0 && maxRecvMsgSizeMiB(grpc) > c.InFlightMiB {
		return fmt.Errorf("`limits::in_flight_mib` must be at least `%s::max_recv_msg_size_mib` (%d), got %d", key, maxRecvMsgSizeMiB(grpc), c.InFlightMiB)
	}
	return nil
}

// validateForHTTP checks that the largest request may be held, with its body. It
// would never find room otherwise, and its client would try again for ever.
func (c *LimitsConfig) validateForHTTP(http *OTLPHTTPConfig) error {
	if http == nil || c.RequestMiB > c.InFlightMiB {
		return nil
	}
	body := http.ServerConfig.MaxRequestBodySize
	if room := int64(c.InFlightMiB-c.RequestMiB) << 20; body > room {
		return fmt.Errorf("`limits::in_flight_mib` must be at least `limits::request_mib` (%d) and `protocols::otlp::http::max_request_body_size` (%d bytes) together, got %d", c.RequestMiB, body, c.InFlightMiB)
	}
	return nil
}

func defaultLimits() LimitsConfig {
	return LimitsConfig{
		InFlightMiB:    defaultInFlightMiB,
		RequestMiB:     defaultRequestMiB,
		MaxStreams:     connlimit.DefaultMaxStreams,
		MessageTimeout: connlimit.DefaultMessageTimeout,
	}
}
