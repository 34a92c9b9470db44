// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// The fields of the tests.
const (
	Duration Field = iota
	BytesReceived
	BytesSent
	MessagesReceived
	MessagesSent
)

var fieldOf = [contract.NumMeasures]Field{
	contract.Requests:          One,
	contract.Duration:          Duration,
	contract.RequestSize:       BytesReceived,
	contract.ResponseSize:      BytesSent,
	contract.RequestMessages:   MessagesReceived,
	contract.ResponseMessages:  MessagesSent,
	contract.ConnectionsOpened: One,
	contract.ConnectionsClosed: One,
	contract.SentBytes:         BytesSent,
	contract.ReceivedBytes:     BytesReceived,
}

func testOptions(s contract.Schema) Options {
	return Options{
		Schemas:   schemas,
		Metrics:   metricsOf(s, []float64{1, 10}, []float64{0, 100, 1000}),
		Optional:  [NumFields]bool{MessagesReceived: true, MessagesSent: true},
		Exemplars: true,
	}
}

var schemas = []string{string(contract.SchemaIstio), string(contract.SchemaIstio13)}

// metricsOf are the metrics of a schema with these bounds.
func metricsOf(s contract.Schema, durations, sizes []float64) (all []Metric) {
	for _, m := range s.Metrics() {
		bounds := sizes
		switch {
		case !m.Histogram:
			bounds = nil
		case m.Measure == contract.Duration:
			bounds = durations
		}
		made := Metric{
			Name: m.Name, Field: fieldOf[m.Measure], Divisor: 1, Protocol: m.Protocol, Schema: uint8(slices.Index(contract.Schemas, s)),
			Addressed: m.Addressed, CountsClosed: m.Measure == contract.ConnectionsClosed, Bounds: bounds,
		}
		if m.Histogram {
			made.Kind = Histogram
		}
		if m.Measure == contract.Duration {
			made.Divisor = 1e6
			if m.Seconds {
				made.Divisor = 1e9
			}
		}
		all = append(all, made)
	}
	return all
}

var source = Label{"reporter", "source"}

// ms is a millisecond: Prometheus knows no shorter time.
const ms = int64(resolution)

// apply adds observations to one set.
func apply(s *State, now int64, key []byte, observations ...Observation) {
	applySlots(s, now, key, "", nil, observations...)
}

// applySlots adds observations to one set, the values of whose labels have slots.
func applySlots(s *State, now int64, key []byte, incarnation string, slots []Slot, observations ...Observation) {
	var b Batch
	b.Begin(Labels{Schema: schemaOf(s), Incarnation: incarnation}, slots, func(dst []byte) []byte { return append(dst, key...) })
	for _, o := range observations {
		*b.Add() = o
	}
	s.Apply(&b, now)
}

// schemaOf is the first schema of which a state has metrics.
func schemaOf(s *State) uint8 {
	for i := range s.layouts {
		if !s.layouts[i][contract.HTTP].empty() || !s.layouts[i][contract.TCP].empty() {
			return uint8(i)
		}
	}
	return 0
}

// points maps what a snapshot holds: metric, and address if there is one.
func points(o Options, n *Snapshot) (counters map[string]int64, histograms map[string]HistogramPoint) {
	counters, histograms = map[string]int64{}, map[string]HistogramPoint{}
	for _, p := range n.Counters {
		name := o.Metrics[p.Metric].Name
		if p.Addresses != (Addresses{}) {
			name += "@" + strings.Join(p.Addresses[:], "")
		}
		counters[name] = p.Value
	}
	for _, p := range n.Histograms {
		histograms[o.Metrics[p.Metric].Name] = p
	}
	return counters, histograms
}

// snapshot collects all series, and has them accepted.
func snapshot(s *State, now int64) *Snapshot {
	var n Snapshot
	c := s.Collect(now, now)
	for c.Append(&n, 1) {
	}
	check(s, &n)
	c.Accept(n.Groups)
	return &n
}

// check panics unless the statistics are those of a snapshot of the whole state.
func check(s *State, n *Snapshot) {
	series := len(n.Counters)
	for _, p := range n.Histograms {
		if p.Exponential != nil {
			series++
		} else {
			series += len(p.Buckets) + 2
		}
	}
	sets, targets := 0, 0
	for set := s.sets.first; set != nil; set = set.next {
		sets++
		targets += len(set.byIP.entries) + len(set.byAddress.entries)
	}
	if s.stats.Series != series || s.stats.Sets != sets || sets != len(s.byKey.entries) || s.stats.Addresses != targets {
		panic("statistics do not fit the state")
	}
}

func TestStateHTTP(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	key := keyOf(contract.HTTP, source)
	apply(s, 1, key,
		Observation{Values: Values{5e6, 100, 1001, Absent, Absent}, Addresses: Addresses{"192.0.2.1"}},
		Observation{Values: Values{5e6 + 1, 0, 1, 3, 4}})
	counters, histograms := points(o, snapshot(s, 2))

	assert.Equal(t, map[string]int64{
		"istio_requests_total@192.0.2.1": 1,
		"istio_requests_total":           1,
		"istio_request_messages_total":   3,
		"istio_response_messages_total":  4,
	}, counters)
	require.Len(t, histograms, 3)
	assert.Equal(t, []uint64{0, 2, 0}, histograms["istio_request_duration_milliseconds"].Buckets)
	assert.Equal(t, int64(10e6+1), histograms["istio_request_duration_milliseconds"].Sum)
	assert.Equal(t, []uint64{1, 1, 0, 0}, histograms["istio_request_bytes"].Buckets)
	assert.Equal(t, []uint64{0, 1, 0, 1}, histograms["istio_response_bytes"].Buckets)
	assert.Zero(t, s.Stats().Incomplete)
}

func TestStateTCP(t *testing.T) {
	o := testOptions(contract.SchemaIstio13)
	s := New(o, 1)
	apply(s, 1, keyOf(contract.TCP, source),
		Observation{Values: Values{Absent, 0, 7, Absent, Absent}, Addresses: Addresses{"2001:db8::1"}},
		Observation{Values: Values{Absent, 2, 5, Absent, Absent}, Addresses: Addresses{"2001:db8::1"}})
	counters, histograms := points(o, snapshot(s, 2))
	assert.Empty(t, histograms)
	assert.Equal(t, map[string]int64{
		"istio_tcp_connections_opened_total@2001:db8::1": 2,
		"istio_tcp_connections_closed_total@2001:db8::1": 2,
		"istio_tcp_sent_bytes_total@2001:db8::1":         12,
		"istio_tcp_received_bytes_total@2001:db8::1":     2,
	}, counters)
}

func TestStateTCPClosedMovesOneCounter(t *testing.T) {
	o := testOptions(contract.SchemaIstio13)
	s := New(o, 1)
	apply(s, 1, keyOf(contract.TCP, source), Observation{Values: Values{1, 2, 3, 4, 5}, Closed: true})
	apply(s, 1, keyOf(contract.TCP, source), Observation{Values: NoValues, Closed: true})
	counters, _ := points(o, snapshot(s, 2))
	assert.Equal(t, map[string]int64{"istio_tcp_connections_closed_total": 2}, counters)
	assert.Zero(t, s.Stats().Incomplete, "bytes of no connection are not missing")
}

func TestStateCountsWhatIsIncomplete(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	apply(s, 1, keyOf(contract.HTTP), Observation{Values: Values{Absent, Invalid, 1, Absent, Invalid}})
	counters, histograms := points(o, snapshot(s, 2))
	assert.Equal(t, map[string]int64{"istio_requests_total": 1}, counters)
	assert.Len(t, histograms, 1)
	assert.Equal(t, [NumFields]int64{Duration: 1, BytesReceived: 1, MessagesSent: 1}, s.Stats().Incomplete,
		"a log has message counts only if its format asks for them")
}

func TestStateIgnoresFieldsOfDisabledMetrics(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.Metrics = o.Metrics[:1]
	s := New(o, 1)
	apply(s, 1, keyOf(contract.HTTP), Observation{Values: NoValues})
	apply(s, 1, keyOf(contract.TCP), Observation{Values: NoValues, Addresses: Addresses{"192.0.2.1"}})
	counters, histograms := points(o, snapshot(s, 2))
	assert.Equal(t, map[string]int64{"istio_requests_total": 1}, counters)
	assert.Empty(t, histograms)
	assert.Zero(t, s.Stats().Incomplete)
	assert.Zero(t, s.Stats().Addresses, "no counter needs the address")
}

func TestStateNeverOverflows(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	most := Observation{Values: Values{math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64}}
	for range 3 {
		apply(s, 1, keyOf(contract.HTTP), most)
		apply(s, 1, keyOf(contract.TCP), most)
		counters, histograms := points(o, snapshot(s, 2))
		for _, name := range []string{
			"istio_request_messages_total", "istio_response_messages_total",
			"istio_tcp_sent_bytes_total", "istio_tcp_received_bytes_total",
		} {
			assert.Equal(t, int64(math.MaxInt64), counters[name], name)
		}
		for name, h := range histograms {
			assert.Equal(t, int64(math.MaxInt64), h.Sum, name)
		}
	}
}

func TestStateKeepsStartTimes(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 10*ms)
	key := keyOf(contract.TCP)
	values := Values{Absent, Absent, 1, Absent, Absent}
	starts := func(now int64) (starts []int64) {
		for _, p := range snapshot(s, now*ms).Counters {
			starts = append(starts, p.Start/ms)
		}
		return starts
	}
	apply(s, 15*ms, key, Observation{Values: values})
	assert.Equal(t, []int64{10, 10, 10}, starts(20), "as the state")
	values[BytesReceived] = 1
	apply(s, 25*ms, key, Observation{Values: values})
	assert.Equal(t, []int64{10, 10, 10, 20}, starts(30), "received bytes were first seen later")
	assert.Equal(t, []int64{10, 10, 10, 20}, starts(40))
}

func TestStateKeepsOneSetForValuesThatCleanAlike(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	for range 2 {
		for _, value := range []string{"\xff", "\x00", "\uFFFD"} {
			apply(s, 1, keyOf(contract.HTTP, Label{"source_app", value}), Observation{Values: NoValues, Addresses: Addresses{value}})
		}
	}
	stats := s.Stats()
	assert.Equal(t, 1, stats.Sets)
	assert.Equal(t, 1, stats.Addresses)
	assert.EqualValues(t, 8, stats.Cleaned, "two of three values are dirty, in a set and an address, twice")
	assert.Equal(t, []Label{{"source_app", "\uFFFD"}}, s.sets.first.Labels)
	assert.Equal(t, "\uFFFD", snapshot(s, 2).Counters[0].Addresses[0])
}

func TestStateKeepsNothingOfABatch(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	key := keyOf(contract.HTTP, source)
	address := []byte("192.0.2.1")
	var b Batch
	b.Begin(Labels{}, nil, func(dst []byte) []byte { return append(dst, key...) })
	b.Add().Addresses[0] = unsafeString(address)
	s.Apply(&b, 1)
	copy(address, "xxxxxxxxx")
	copy(b.keys, "xxxxxxxxx")
	b.Reset()
	n := snapshot(s, 2)
	assert.Equal(t, "192.0.2.1", n.Counters[0].Addresses[0])
	assert.Equal(t, []Label{source}, n.Counters[0].Set.Labels)
}

func TestStateAddsToAKnownSeriesWithoutAllocating(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	var b Batch
	add := func() {
		b.Reset()
		b.Begin(Labels{Incarnation: "i"}, []Slot{slotOf("source_app", 1, 1)}, func(dst []byte) []byte { return append(dst, "\x00"...) })
		for i := range 10 {
			o := b.Add()
			o.Values = Values{int64(i), int64(i), int64(i), 1, 1}
			o.Addresses[0] = "192.0.2.1"
			o.AddressSlots[0] = contract.PackSlot(2, 1)
			o.Trace[0] = 1
		}
		s.Apply(&b, 1)
	}
	add()
	assert.Zero(t, testing.AllocsPerRun(10, add))
}

// TestStateAgainstAModel adds random observations and compares with plain sums.
func TestStateAgainstAModel(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	random := rand.New(rand.NewPCG(1, 2))
	want := map[string]int64{}
	for i := range 2000 {
		sent, address := random.Int64N(1000)-10, ""
		if n := random.IntN(5); n > 0 {
			address = "192.0.2." + strconv.Itoa(n)
		}
		sent = max(sent, Invalid)
		apply(s, int64(i)+1, keyOf(contract.TCP, source), Observation{Values: Values{Absent, 1, sent, Absent, Absent}, Addresses: Addresses{address}})
		name := "istio_tcp_sent_bytes_total"
		if address != "" {
			name += "@" + address
		}
		want[name] += max(sent, 0)
		if i%100 == 0 {
			counters, _ := points(o, snapshot(s, int64(i)+1))
			for name := range want {
				assert.Equal(t, want[name], counters[name], name)
			}
		}
	}
}
