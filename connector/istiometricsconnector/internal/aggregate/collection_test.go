package aggregate

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const idleTimeout = 100

func newIdling(t *testing.T) *State {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = idleTimeout
	return New(o)
}

// connection is a record of a connection to an address.
func connection(address string) Observation {
	return Observation{Values: Values{Absent, 1, 1, Absent, Absent}, Addresses: Addresses{address}}
}

// collect collects all; during runs before what was collected is accepted, if
// it is.
func collect(s *State, now, clock int64, accept bool, during func(), lost ...Label) (*Snapshot, *Collection) {
	n := new(Snapshot)
	c := s.Collect(now, clock, lost)
	for c.Append(n, 2) {
	}
	if during != nil {
		during()
	}
	if accept {
		c.Accept(n.Groups)
	}
	return n, c
}

// ends lists the addresses of the counters of closed connections, by whether
// they ended.
func ends(n *Snapshot) (live, ended []string) {
	for _, p := range n.Counters {
		if contract.SchemaIstio.Metrics()[p.Metric].Measure != contract.ConnectionsClosed {
			continue
		}
		if p.Ended {
			ended = append(ended, p.Addresses[0])
		} else {
			live = append(live, p.Addresses[0])
		}
	}
	return live, ended
}

func TestIdleSeriesEnd(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.2"))
	for _, step := range []struct {
		clock       int64
		again       bool // 192.0.2.2 is met again
		live, ended []string
	}{
		{0, false, []string{"192.0.2.1", "192.0.2.2"}, nil},
		{99, true, []string{"192.0.2.1", "192.0.2.2"}, nil},
		{100, false, []string{"192.0.2.2"}, []string{"192.0.2.1"}},
		{101, false, []string{"192.0.2.2"}, nil},
		{199, false, nil, []string{"192.0.2.2"}},
		{200, false, nil, nil},
	} {
		if step.again {
			apply(s, 50, key, connection("192.0.2.2"))
		}
		n, _ := collect(s, 1000+step.clock, step.clock, true, nil)
		live, ended := ends(n)
		assert.Equal(t, step.live, live, step.clock)
		assert.Equal(t, step.ended, ended, step.clock)
	}
	assert.Equal(t, Stats{EndedSets: [NumCauses]int64{Idle: 1}, EndedAddresses: [NumCauses]int64{Idle: 2}}, s.Stats())
}

func TestIdleSetEndsWithAllItHas(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.HTTP, source), Observation{Values: Values{1, 1, 1, 1, 1}, Addresses: Addresses{"192.0.2.1"}, Trace: [16]byte{1}})
	collect(s, 10, 0, true, nil)
	n, _ := collect(s, 20, idleTimeout, true, nil)
	require.Len(t, n.Counters, 3)
	require.Len(t, n.Histograms, 3)
	for _, p := range n.Counters {
		assert.True(t, p.Ended)
		assert.Empty(t, p.Exemplars)
		assert.EqualValues(t, 1, p.Start)
	}
	for _, p := range n.Histograms {
		assert.True(t, p.Ended)
		assert.Empty(t, p.Exemplars)
	}
	assert.Zero(t, s.Stats().Sets)
}

func TestSeriesComesBackAfterItsEnd(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.1"))
	collect(s, 10, 0, true, nil)
	_, c := collect(s, 20, idleTimeout, true, nil)
	require.Zero(t, s.Stats().Sets)
	apply(s, 15, key, connection("192.0.2.1")) // the clock stepped back

	var rest Snapshot
	assert.False(t, c.Append(&rest, 100))
	assert.Empty(t, rest.Counters, "a series has one point in a collection")
	n, _ := collect(s, 30, idleTimeout, true, nil)
	require.Len(t, n.Counters, 4)
	for _, p := range n.Counters {
		assert.EqualValues(t, 21, p.Start, "after the end of the one before")
		assert.EqualValues(t, 1, p.Value, "and from its own first amount")
	}
}

func TestSeriesThatComesBackDuringACollectionHasOnePoint(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.2"))
	collect(s, 10, 0, true, nil)
	c := s.Collect(20, idleTimeout, nil)
	var n Snapshot
	require.True(t, c.Append(&n, 1))
	c.Accept(n.Groups)
	apply(s, 25, key, connection("192.0.2.1"))
	for c.Append(&n, 1) {
	}
	_, ended := ends(&n)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.2"}, ended)
	m, _ := collect(s, 40, idleTimeout, true, nil)
	live, _ := ends(m)
	assert.Contains(t, live, "192.0.2.1")
}

func TestSeriesAddedToBeforeItsEndIsAcceptedGoesOn(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"))
	collect(s, 10, 0, true, nil)
	n, _ := collect(s, 20, idleTimeout, true, func() { apply(s, 21, key, connection("192.0.2.1")) })
	require.True(t, n.Counters[0].Ended)
	n, _ = collect(s, 30, idleTimeout, true, nil)
	require.Len(t, n.Counters, 4)
	assert.EqualValues(t, 1, n.Counters[0].Start)
	assert.EqualValues(t, 2, n.Counters[0].Value)
}

func TestRefusedEndIsRepeated(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.TCP, source), connection("192.0.2.1"))
	for i, step := range []struct {
		clock         int64
		accept, ended bool
	}{
		{0, false, false},
		{idleTimeout, false, false}, // idle, but its value has not arrived
		{2 * idleTimeout, true, false},
		{2 * idleTimeout, false, true},
		{2 * idleTimeout, true, true},
	} {
		n, _ := collect(s, int64(10+i), step.clock, step.accept, nil)
		require.Len(t, n.Counters, 4, i)
		assert.Equal(t, step.ended, n.Counters[0].Ended, i)
	}
	assert.Zero(t, s.Stats().Sets)
}

func TestValuesThatLostTheirSlotsEnd(t *testing.T) {
	service := Label{"destination_service", "example.com"}
	for _, test := range []struct {
		name    string
		lost    Label
		bounded uint64
		targets int64
		sets    int64
	}{
		{"address", Label{"destination_ip", "192.0.2.1"}, 0, 2, 0},
		{"host", Label{"destination_host", "example.com"}, 0, 1, 0},
		{"network", Label{"destination_network", "office"}, 0, 1, 0},
		{"bounded label", service, 1 << 1, 4, 1},
		{"label that is not bounded", service, 1 << 0, 0, 0},
		{"value of another label", Label{"destination_ip", "example.com"}, 1 << 1, 0, 0},
		{"value nobody has", Label{"destination_ip", "192.0.2.9"}, 1 << 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(testOptions(contract.SchemaIstio))
			var b Batch
			key := keyOf(contract.TCP, source, service)
			ref := b.PutKey(test.bounded, func(dst []byte) []byte { return append(dst, key...) })
			for _, a := range []Addresses{
				{"192.0.2.1"}, {"192.0.2.1", "example.com"}, {"", "", "office"}, {"192.0.2.3"},
			} {
				o := connection("")
				o.Addresses = a
				*b.Add(ref) = o
			}
			s.Apply(&b, 1)
			mine := test.targets > 0
			_, c := collect(s, 10, 0, true, nil, test.lost)
			assert.Equal(t, mine, c.Left(test.lost), "values go out first")
			_, c = collect(s, 20, 0, false, nil, test.lost)
			assert.Equal(t, mine, c.Left(test.lost), "the end was refused")
			n, c := collect(s, 30, 0, true, nil, test.lost)
			assert.False(t, c.Left(test.lost))
			_, ended := ends(n)
			assert.Len(t, ended, int(test.targets))
			assert.Equal(t, test.targets, s.Stats().EndedAddresses[SlotLost])
			assert.Equal(t, test.sets, s.Stats().EndedSets[SlotLost])
			assert.Zero(t, s.Stats().EndedAddresses[Idle])
		})
	}
}

// A set may be met first by a record that bounds none of its labels.
func TestLabelsMayBecomeBounded(t *testing.T) {
	s := newIdling(t)
	lost := Label{"destination_service", "example.com"}
	late, early := keyOf(contract.TCP, Label{"reporter", "late"}, lost), keyOf(contract.TCP, Label{"reporter", "early"}, lost)
	applyBounded := func(key []byte, bounded uint64, address string) {
		var b Batch
		*b.Add(b.PutKey(bounded, func(dst []byte) []byte { return append(dst, key...) })) = connection(address)
		s.Apply(&b, 1)
	}
	applyBounded(late, 0, "")
	collect(s, 10, 0, true, nil)
	applyBounded(early, 1<<1, "")

	// The first is idle and ends, the second is collected for the first time;
	// meanwhile the first turns out to be bounded, too.
	c := s.Collect(20, idleTimeout, []Label{lost})
	var n Snapshot
	require.True(t, c.Append(&n, 1))
	for c.Append(&n, 1) {
	}
	applyBounded(late, 1<<1, "192.0.2.1")
	c.Accept(n.Groups)
	assert.True(t, c.Left(lost), "the second is there")

	_, c = collect(s, 30, idleTimeout, true, nil, lost)
	assert.True(t, c.Left(lost), "and so is the new address of the first")
	_, c = collect(s, 40, idleTimeout, true, nil, lost)
	assert.False(t, c.Left(lost))
	assert.Zero(t, s.Stats().Sets)
}

func TestCollectionGoesInSteps(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio))
	for set := range 3 {
		for a := range 5 {
			apply(s, 1, keyOf(contract.TCP, Label{"source_app", strconv.Itoa(set)}), connection(strconv.Itoa(a)))
		}
	}
	c := s.Collect(2, 2, nil)
	var n Snapshot
	var lens []int
	for more := true; more; {
		more = c.Append(&n, 2)
		lens = append(lens, len(n.Groups))
	}
	assert.Equal(t, []int{2, 4, 6, 8, 10, 12, 14, 15}, lens)
	var order []string
	for i := 0; i < len(n.Counters); i += 4 {
		order = append(order, n.Counters[i].Set.Labels[0].Value+n.Counters[i].Addresses[0])
	}
	assert.Equal(t, []string{"00", "01", "02", "03", "04", "10", "11", "12", "13", "14", "20", "21", "22", "23", "24"}, order)
}

func TestWallClockDoesNotEndSeries(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.TCP, source), connection("192.0.2.1"))
	for _, now := range []int64{10, 1e18, 20} {
		n, _ := collect(s, now, 1, true, nil)
		assert.False(t, n.Counters[0].Ended)
	}
}

// TestMemory holds the README's figures for what a series group takes, and
// shows that it is given back.
func TestMemory(t *testing.T) {
	const n = 10_000
	o := testOptions(contract.SchemaIstio)
	o.SizeBounds = make([]float64, 19)
	o.DurationBounds = o.SizeBounds
	o.Exemplars = false
	o.IdleTimeout = idleTimeout
	for _, test := range []struct {
		name  string
		most  int // bytes each, of which labels are as many as they are long
		apply func(s *State, i int)
	}{
		{"address of requests", 400, func(s *State, i int) {
			apply(s, 1, keyOf(contract.HTTP, source), connection(fmt.Sprintf("198.51.%d.%d", i/256, i%256)))
		}},
		{"address of connections", 500, func(s *State, i int) {
			apply(s, 1, keyOf(contract.TCP, source), connection(fmt.Sprintf("198.51.%d.%d", i/256, i%256)))
		}},
		{"set of requests", 4096, func(s *State, i int) {
			labels := make([]Label, 0, contract.NumLabels)
			for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
				labels = append(labels, Label{l.String(), fmt.Sprint("some-usual-value-", i)})
			}
			apply(s, 1, keyOf(contract.HTTP, labels...), request(""))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(o)
			empty := heap()
			for i := range n {
				test.apply(s, i)
			}
			each := int(heap()-empty) / n
			t.Logf("%d bytes each", each)
			assert.Less(t, each, test.most)
			collect(s, 10, 0, true, nil)
			collect(s, 20, idleTimeout, true, nil)
			assert.Less(t, int64(heap())-int64(empty), int64(n*test.most/20), "memory is given back")
			runtime.KeepAlive(s)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
