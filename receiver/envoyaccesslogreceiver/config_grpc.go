// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
)

const (
	defaultEndpoint = "localhost:4319"
	// Each proxy has a connection for each of its threads, and sends little on
	// it: gRPC's own defaults would cost 64 KiB a connection. Almost nothing is
	// ever written.
	defaultReadBufferSize  = 8 << 10
	defaultWriteBufferSize = 1 << 10
	// Streams are open for days, and mostly idle. A ping finds those whose proxy
	// is gone, and keeps what lies between from forgetting the connection.
	defaultKeepaliveTime = time.Minute
	// Envoy can be told to ping, too. gRPC's own default takes more than a ping
	// in five minutes for an attack, and ends the connection.
	defaultKeepaliveMinTime = 10 * time.Second
	// defaultMaxRecvMsgSizeMiB is gRPC's own.
	defaultMaxRecvMsgSizeMiB = 4
)

// defaultGRPC is for servers that proxies connect to.
func defaultGRPC(endpoint string, readBufferSize int) configgrpc.ServerConfig {
	grpc := configgrpc.NewDefaultServerConfig()
	grpc.NetAddr.Endpoint = endpoint
	grpc.ReadBufferSize = readBufferSize
	grpc.WriteBufferSize = defaultWriteBufferSize
	keepalive := configgrpc.NewDefaultKeepaliveServerConfig()
	parameters := configgrpc.NewDefaultKeepaliveServerParameters()
	parameters.Time = defaultKeepaliveTime
	keepalive.ServerParameters = configoptional.Some(parameters)
	policy := configgrpc.NewDefaultKeepaliveEnforcementPolicy()
	policy.MinTime, policy.PermitWithoutStream = defaultKeepaliveMinTime, true
	keepalive.EnforcementPolicy = configoptional.Some(policy)
	grpc.Keepalive = configoptional.Some(keepalive)
	return grpc
}

func maxRecvMsgSizeMiB(grpc *configgrpc.ServerConfig) int {
	if grpc.MaxRecvMsgSizeMiB > 0 {
		return grpc.MaxRecvMsgSizeMiB
	}
	return defaultMaxRecvMsgSizeMiB
}

// maxConnectionAge is zero if connections may grow as old as they like.
func maxConnectionAge(cfg *configgrpc.ServerConfig) time.Duration {
	if cfg == nil || !cfg.Keepalive.HasValue() {
		return 0
	}
	parameters := cfg.Keepalive.Get().ServerParameters.Get()
	if parameters == nil {
		return 0
	}
	return parameters.MaxConnectionAge
}

func validateAge(age time.Duration) error {
	if age != 0 && age < minConnectionAge {
		return fmt.Errorf("`protocols::grpc::keepalive::server_parameters::max_connection_age` must be 0 or at least %v, got %v (a number needs a unit, as in 30m)", minConnectionAge, age)
	}
	return nil
}

const minConnectionAge = 100 * time.Millisecond
