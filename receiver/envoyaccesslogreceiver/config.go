package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
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

	defaultWait         = 3 * time.Second
	defaultMaxMemoryMiB = 64
	maxWait             = time.Minute
	maxMaxMemoryMiB     = 1 << 20
)

var (
	_ confmap.Validator = (*Config)(nil)
	_ confmap.Validator = (*EntriesConfig)(nil)
)

// Config holds the settings of the receiver. README.md describes each key.
type Config struct {
	// Protocols are what the receiver listens for.
	Protocols ProtocolsConfig `mapstructure:"protocols"`
	// Limits bound what all senders together may use.
	Limits LimitsConfig `mapstructure:"limits"`
	// SenderIdentity is `off` or `verify`: whether records must name the sender that
	// the client's certificate does.
	SenderIdentity SenderIdentity `mapstructure:"sender_identity"`
	// Entries says which entries become records where a proxy sends each event
	// twice.
	Entries EntriesConfig `mapstructure:"entries"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ProtocolsConfig holds the settings of each protocol.
type ProtocolsConfig struct {
	// GRPC serves Envoy's access log service.
	GRPC configoptional.Optional[configgrpc.ServerConfig] `mapstructure:"grpc"`
	// OTLP serves the logs of OTLP.
	OTLP OTLPConfig `mapstructure:"otlp"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// EntriesConfig says which entries become records.
type EntriesConfig struct {
	// Keep is `auto`, `native` or `all`.
	Keep als.Keep `mapstructure:"keep"`
	// Wait is how long an entry may be held back for the other entry of
	// its event.
	Wait time.Duration `mapstructure:"wait"`
	// MaxMemoryMiB bounds what is held back and remembered.
	MaxMemoryMiB int `mapstructure:"max_memory_mib"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate checks that there is something to listen for, and what depends on
// several keys. The nested settings check themselves.
func (c *Config) Validate() error {
	if !c.Protocols.GRPC.HasValue() && !c.Protocols.OTLP.GRPC.HasValue() && !c.Protocols.OTLP.HTTP.HasValue() {
		return errors.New("`protocols` must have `grpc`, `otlp::grpc` or `otlp::http`")
	}
	return errors.Join(
		c.Limits.validateFor("protocols::grpc", c.Protocols.GRPC.Get()),
		c.Limits.validateFor("protocols::otlp::grpc", c.Protocols.OTLP.GRPC.Get()),
		c.Limits.validateForHTTP(c.Protocols.OTLP.HTTP.Get()),
		c.validateSenderIdentity(),
		// gRPC takes any age: 30 without a unit is 30 ns, and no stream would live.
		validateAge(maxConnectionAge(c.Protocols.GRPC.Get())),
	)
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

// Validate reports every mistake at once, each with its key and value.
func (c *EntriesConfig) Validate() error {
	var errs []error
	if !slices.Contains(als.Keeps, c.Keep) {
		errs = append(errs, fmt.Errorf("`keep` must be one of %q, got %q", als.Keeps, c.Keep))
	}
	if c.Wait <= 0 || c.Wait > maxWait {
		errs = append(errs, fmt.Errorf("`wait` must be above 0 and at most %v, got %v", maxWait, c.Wait))
	}
	if c.MaxMemoryMiB < 1 || c.MaxMemoryMiB > maxMaxMemoryMiB {
		errs = append(errs, fmt.Errorf("`max_memory_mib` must be between 1 and %d, got %d", maxMaxMemoryMiB, c.MaxMemoryMiB))
	}
	return errors.Join(errs...)
}

func createDefaultConfig() component.Config {
	return &Config{
		Protocols: ProtocolsConfig{
			GRPC: configoptional.Default(defaultGRPC(defaultEndpoint, defaultReadBufferSize)),
			OTLP: defaultOTLP(),
		},
		Limits:         defaultLimits(),
		SenderIdentity: SenderOff,
		Entries:        EntriesConfig{Keep: als.KeepAuto, Wait: defaultWait, MaxMemoryMiB: defaultMaxMemoryMiB},
	}
}

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
