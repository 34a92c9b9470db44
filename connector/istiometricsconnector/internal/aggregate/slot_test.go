package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

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
