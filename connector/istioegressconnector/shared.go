// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
)

// shared has the connectors of a factory by their configuration. The Collector creates
// an instance for each pair of signals, and hands each record to all of them. They have
// one configuration, and so one ledger, one storage and one place on the page.
type shared struct {
	mu         sync.Mutex
	connectors map[*Config]*istioEgress
}

// output returns an instance of the connector of a configuration, made if need be.
// The first one counts records.
func (s *shared) output(set connector.Settings, config component.Config, connect func(*istioEgress)) (*output, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cfg := config.(*Config)
	c, ok := s.connectors[cfg]
	if !ok {
		var err error
		if c, err = newConnector(set, cfg); err != nil {
			return nil, err
		}
		c.forget = func() { s.forget(cfg) }
		if s.connectors == nil {
			s.connectors = map[*Config]*istioEgress{}
		}
		s.connectors[cfg] = c
	}
	connect(c)
	return &output{istioEgress: c, counts: !ok}, nil
}

func (s *shared) forget(cfg *Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connectors, cfg)
}

// output is the connector for one pair of signals.
type output struct {
	*istioEgress
	// counts is true for the one of all instances that adds records to the ledger.
	counts bool
	// metrics is true for the one that has metrics.
	metrics bool
}

var _ connector.Logs = (*output)(nil)

// Capabilities says that logs are only read.
func (*output) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}
