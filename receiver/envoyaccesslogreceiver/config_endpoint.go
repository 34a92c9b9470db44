// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"go.opentelemetry.io/collector/config/confignet"
)

// validateEndpoints finds what nobody could listen on, such as a URL or a port
// alone. The Collector would find it at the start only, and would not name the
// key.
func (c *Config) validateEndpoints() error {
	var errs []error
	if grpc := c.Protocols.GRPC.Get(); grpc != nil {
		errs = append(errs, validateEndpoint("protocols::grpc::endpoint", &grpc.NetAddr))
	}
	if grpc := c.Protocols.OTLP.GRPC.Get(); grpc != nil {
		errs = append(errs, validateEndpoint("protocols::otlp::grpc::endpoint", &grpc.NetAddr))
	}
	if http := c.Protocols.OTLP.HTTP.Get(); http != nil {
		errs = append(errs, validateEndpoint("protocols::otlp::http::endpoint", &http.ServerConfig.NetAddr))
	}
	return errors.Join(errs...)
}

// validateEndpoint takes HOST:PORT with or without a host, and any path of a Unix
// socket.
func validateEndpoint(key string, address *confignet.AddrConfig) error {
	if address.Transport == confignet.TransportTypeUnix || address.Transport == confignet.TransportTypeUnixPacket {
		return nil
	}
	_, port, err := net.SplitHostPort(address.Endpoint)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("`%s` must be HOST:PORT, such as 0.0.0.0:4317, got %q", key, address.Endpoint)
	}
	return nil
}
