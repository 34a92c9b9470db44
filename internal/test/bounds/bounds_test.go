package bounds

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.uber.org/goleak"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// TestBounds runs scenarios that together reach every bound.
func TestBounds(t *testing.T) {
	all := newReached()
	run := func(of shape, seed uint64) {
		t.Run(fmt.Sprint(of, ", seed ", seed), func(t *testing.T) { all.add(runScenario(t, seed, of)) })
	}
	for of := range numShapes {
		seeds := uint64(2)
		if of == direct {
			seeds = 8
		}
		for seed := range seeds {
			run(of, seed)
		}
	}
	// How far a scenario goes depends on what is hashed, too. Each third one has a
	// limit of series.
	for seed := uint64(9); seed < 60 && all.maxSeries <= enoughOfMaxSeries; seed += 3 {
		run(direct, seed)
	}
	t.Run("all are reached", func(t *testing.T) { all.check(t) })
}

// FuzzBounds looks for a scenario that breaks a bound.
func FuzzBounds(f *testing.F) {
	for of := range numShapes {
		f.Add(uint64(13), uint8(of))
	}
	f.Fuzz(func(t *testing.T, seed uint64, of uint8) { runScenario(t, seed, shape(of)%numShapes) })
}

// runScenario sends random traffic through processors and connectors with random
// settings, into sinks that are slow and refuse.
func runScenario(t *testing.T, seed uint64, of shape) (got reached) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { got = newScenario(seed, of).run(t, seed) })
	return got
}

func (s *scenario) run(t *testing.T, seed uint64) (got reached) {
	t.Helper()
	var sinks []*sink
	var next []consumer.Metrics
	for i := range s.connectors {
		in := &sink{store: newStore(s.rules), rng: rand.New(rand.NewPCG(seed, 2+uint64(i))), slow: s.slow, refuses: s.refuses}
		sinks, next = append(sinks, in), append(next, in)
	}
	p := newPipeline(t, s, next...)
	for i := range sinks {
		sinks[i].store.witness = p.witnesses[i]
	}
	sent := newReference()
	s.traffic(t, seed, p, sent, sinks)
	for _, into := range sinks {
		into.becomeWilling(true)
	}
	s.recovers(t, p, sent, sinks)
	p.shutdown(t)
	got = newReached()
	for i, into := range sinks {
		noViolations(t, into.store)
		compare(t, sent, into.store)
		got.add(reachedBy(t, p, into.store, i == 0))
		t.Logf("flush %v, idle %v, %d refused; at most %d of %d series, %d in a request, %v of %v values; %d slots changed hands, %d records late; %v",
			s.flush, s.idle, into.refused, into.store.most.live, s.rules.maxSeries, into.most, into.store.most.values, s.rules.limits,
			p.witnesses[i].changes, p.witnesses[i].late, got)
	}
	return got
}

// traffic comes from several sources at the same time, each of which falls
// silent now and then.
func (s *scenario) traffic(t *testing.T, seed uint64, p *pipeline, sent *reference, sinks []*sink) {
	var wg sync.WaitGroup
	wg.Go(func() { s.restarts(t, p, sinks) })
	for n := range 2 + uint64(s.rng.IntN(4)) {
		wg.Go(func() {
			from := newSource(seed, n)
			for range s.requests {
				records := from.records(1 + from.rng.IntN(s.perRequest))
				switch err := p.send(t.Context(), int(n), request(records, from.asText)); {
				case err == nil:
					sent.add(records)
				case !errors.Is(err, errRefused):
					t.Error(err)
				}
				time.Sleep(time.Duration(from.rng.IntN(1000)) * time.Millisecond)
				if from.rng.IntN(40) == 0 {
					time.Sleep(2 * s.idle)
				}
			}
		})
	}
	wg.Wait()
}

// recovers shows that values give up their slots once nothing comes: the next new
// one shows at once, and takes the place of another.
func (s *scenario) recovers(t *testing.T, p *pipeline, sent *reference, sinks []*sink) {
	t.Helper()
	const late = "192.0.2.1"
	time.Sleep(s.idle + changeWindow + 4*(s.flush+s.slow))
	records := []record{{kind: tcpBlocked, namespace: "team", workload: "late", code: "0", address: netip.MustParseAddr(late)}}
	for {
		err := p.ConsumeLogs(t.Context(), request(records, false))
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errRefused)
	}
	sent.add(records)
	time.Sleep(5 * time.Second) // until it has come through what stands between
	time.Sleep(3 * (s.flush + s.slow))
	for _, into := range sinks {
		into.look(func(in *store) {
			assert.True(t, s.rules.maxSeries < unlimited || in.has(ipLabel, late), "a first contact shows again")
		})
	}
}

// changeWindow is the time in which a part of the slots may change hands.
const changeWindow = 15 * time.Second

// compare holds the sums over all lives of all series against what was sent.
func compare(t *testing.T, sent *reference, in *store) {
	t.Helper()
	fine := sums[row]{}
	addresses, hosts := sums[metricValue]{}, sums[metricValue]{}
	overflow, nameless := false, false
	for _, s := range in.series {
		if strings.Contains(s.component, "_bucket") || strings.HasSuffix(s.component, "_messages_total") {
			continue
		}
		fine[s.row()] += s.sum()
		addresses[metricValue{s.component, s.labels[ipLabel]}] += s.sum()
		hosts[metricValue{s.component, s.labels[hostLabel]}] += s.sum()
		if s.labels["otel_metric_overflow"] == "true" {
			overflow = true
			nameless = nameless || s.row().workload == "" && !isHistogram(s.component)
		}
	}
	equal(t, sent.fine.by(row.total), fine.by(row.total))
	if !nameless {
		equal(t, sent.fine.by(row.kept), fine.by(row.kept))
	}
	if !overflow {
		equal(t, sent.fine, fine)
	}
	for of, n := range hosts {
		if of.value != "" && of.value != other && of.value != knownHost && of.value != istio.Unknown {
			assert.LessOrEqual(t, n, sent.hosts[of], "%v: others' records are counted under it", of)
		}
	}
	for of, n := range addresses {
		if network, err := netip.ParsePrefix(of.value); err == nil {
			assert.LessOrEqual(t, n, sent.within(of.metric, network), of)
		} else if _, err := netip.ParseAddr(of.value); err == nil {
			assert.LessOrEqual(t, n, sent.addresses[of], of)
		}
	}
}

// equal compares without what is zero, and says what differs.
func equal[K comparable](t *testing.T, want, got sums[K]) {
	t.Helper()
	isZero := func(_ K, n float64) bool { return n == 0 }
	want, got = maps.Clone(want), maps.Clone(got)
	maps.DeleteFunc(want, isZero)
	maps.DeleteFunc(got, isZero)
	var diffs []string
	for k, n := range want {
		if got[k] != n {
			diffs = append(diffs, fmt.Sprintf("want %v, got %v: %v", n, got[k], k))
		}
	}
	for k, n := range got {
		if _, ok := want[k]; !ok {
			diffs = append(diffs, fmt.Sprintf("unexpected %v: %v", n, k))
		}
	}
	slices.Sort(diffs)
	assert.Empty(t, diffs)
}
