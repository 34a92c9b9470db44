// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"math/rand/v2"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

const (
	other     = "other"
	unlimited = 1_000_000
)

var (
	ipLabel, hostLabel   = contract.DestinationIP.String(), contract.DestinationService.String()
	nameLabel, codeLabel = contract.DestinationHost.String(), contract.ResponseCode.String()
	pathLabel            = "path" // the user's own
	peerLabel            = contract.ClaimedPeer
	fixedServices        = []string{istio.BlackHoleCluster, istio.PassthroughCluster, knownService}
)

// scenario is random settings and random traffic.
type scenario struct {
	rng                  *rand.Rand
	shape                shape
	processor, connector map[string]any
	// constants take the place of those of a label's limit.
	constants map[string]istiolabelsprocessor.LimitConstants
	between   between
	// processors is how many there are, and connectors.
	processors, connectors int
	rules                  rules
	// requests are those of a source, perRequest the most records of one.
	requests, perRequest int
	flush, idle          time.Duration
	slow                 time.Duration
	refuses              float64
}

func newScenario(seed uint64, of shape) *scenario {
	s := &scenario{shape: of, processors: 1, connectors: 1, rng: rand.New(rand.NewPCG(seed, 1)), requests: 60, perRequest: 30}
	rng := s.rng
	s.flush = time.Duration(500+rng.IntN(1500)) * time.Millisecond
	s.idle = time.Second + time.Duration(rng.IntN(20_000))*time.Millisecond
	s.slow = time.Duration(rng.IntN(3)) * s.flush / 3
	s.refuses = max(0, rng.Float64()-.5)
	s.rules = rules{limits: map[string]int{ipLabel: 1 + rng.IntN(60), hostLabel: 1 + rng.IntN(40), codeLabel: 1 + rng.IntN(20), peerLabel: 1 + rng.IntN(10)}}
	if seed%8 == 1 { // a flush goes out in several requests
		s.rules.limits[ipLabel] = 3000
		s.requests, s.perRequest, s.flush, s.idle = 10, 600, 5*time.Second, 15*time.Second
	}
	s.configureShape(seed)
	s.configureProcessor()
	s.configureConnector(seed)
	return s
}

func (s *scenario) configureProcessor() {
	rng := s.rng
	s.constants = map[string]istiolabelsprocessor.LimitConstants{}
	settings := func(label string) map[string]any {
		constants := istiolabelsprocessor.LimitConstants{MaxSourceShare: rng.Float64(), RollUpShare: rng.Float64() / 2}
		if rng.IntN(2) == 0 {
			constants.GuaranteedShares = map[string]float64{istio.BlackHoleCluster: rng.Float64() / 2, istio.AllowAnyDynamicDNSCluster: rng.Float64() / 2}
		}
		s.constants[label] = constants
		return map[string]any{"limit": s.rules.limits[label], "idle_timeout": s.idle.String()}
	}
	ip := settings(ipLabel)
	named := rng.IntN(2) == 0
	if named {
		ip["networks"] = map[string]any{"office": []any{"10.0.0.0/29", "10.0.1.0/24"}, "lab": []any{"2001:db8::/36"}}
		ip["network_label"] = rng.IntN(2) == 0
	}
	ip["roll_up"] = rng.IntN(2) == 0
	limits := map[string]any{ipLabel: ip, hostLabel: settings(hostLabel), codeLabel: settings(codeLabel), peerLabel: settings(peerLabel)}
	s.processor = map[string]any{"destination_ip": map[string]any{"enabled": true}, "limits": limits}
	if rng.IntN(2) == 0 {
		s.rules.limits[nameLabel] = 1 + rng.IntN(20)
		s.processor["destination_host"] = map[string]any{"enabled": true, "learned_names": rng.IntN(2) == 0}
		limits[nameLabel] = settings(nameLabel)
	}
	if rng.IntN(2) == 0 {
		s.rules.limits[pathLabel] = 1 + rng.IntN(5)
		s.processor["labels"] = map[string]any{pathLabel: `attributes["path"]`}
		limits[pathLabel] = settings(pathLabel)
	}
	s.rules.free = func(label, value string) bool {
		switch {
		case value == other, value == istio.Unknown:
			return true
		case label == ipLabel, label == nameLabel:
			return named && (value == "office" || value == "lab")
		case label == codeLabel:
			return codeOf(value) != unregistered || value == "0"
		default:
			return label == hostLabel && value == knownHost
		}
	}
}

func (s *scenario) configureConnector(seed uint64) {
	rng := s.rng
	histogram, least := map[string]any{"duration_bounds": []any{10, 100}, "size_bounds": []any{50}}, 49
	if rng.IntN(3) == 0 {
		histogram, least = map[string]any{"kind": "exponential"}, 27
	}
	s.rules.maxSeries = unlimited
	if seed%3 == 0 {
		s.rules.maxSeries = least + rng.IntN(1000)
	}
	s.connector = map[string]any{
		"flush_interval": s.flush.String(), "instance_id": "test", "histogram": histogram,
		"max_series":          s.rules.maxSeries,
		"series_idle_timeout": "0s",
	}
	if rng.IntN(4) > 0 {
		s.connector["series_idle_timeout"] = (s.flush + 1 + time.Duration(rng.IntN(20_000))*time.Millisecond).String()
	}
}
