// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// A slot is read where the label that it belongs to has a value.
func TestReaderSlots(t *testing.T) {
	good := contract.PackSlot(5, 7)
	slot := func(label string, packed any) attrs { return attrs{contract.SlotPrefix + label: packed} }
	run := attrs{contract.AttrIncarnation: "a"}
	for _, test := range []struct {
		name string
		says attrs
		bad  int64
	}{
		{"of a label", with(run, slot("reporter", good)), 0},
		{"of the user's label", with(run, slot("team", good)), 0},
		{"of a peer", with(run, slot("claimed_peer.source", good)), 0},
		{"of two peers", with(run, with(slot("claimed_peer.source", good), slot("claimed_peer.destination", contract.PackSlot(6, 1)))), 0},
		{"of two peers that have the same", with(run, with(slot("claimed_peer.source", good), slot("claimed_peer.destination", good))), 0},
		{"without an incarnation", slot("reporter", good), 1},
		{"of a long incarnation", with(attrs{contract.AttrIncarnation: strings.Repeat("a", 300)}, slot("reporter", good)), 1},
		{"of a label that is not there", with(run, slot("zone", good)), 1},
		{"of a label that is empty", with(run, slot("source_app", good)), 1},
		{"without a term", with(run, slot("reporter", contract.PackSlot(5, 0))), 1},
		{"that is negative", with(run, slot("reporter", -good)), 1},
		{"that is no number", with(run, slot("reporter", "5")), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			labels := attrs{"reporter": "source", "team": "blue", "source_app": ""}
			onRecord := attrs{"reporter": "source", contract.LabelPrefix + "team": "blue", "source_app": ""}
			for _, ld := range []plog.Logs{
				logs(t, with(with(counted, labels), test.says), attrs{}),
				logs(t, nil, with(with(counted, onRecord), test.says)),
			} {
				outcomes, _ := read(ld)
				assert.Equal(t, Outcomes{Counted: 1, BadSlots: test.bad}, outcomes)
			}
		})
	}
}

// Slots of addresses stand on the record, as the addresses do.
func TestReaderAddressSlots(t *testing.T) {
	ip, host := contract.PackSlot(5, 7), contract.PackSlot(0, 1)
	run := with(counted, attrs{contract.AttrIncarnation: "a"})
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.AddressSlots
		bad    int64
	}{
		{"both", attrs{"destination_ip": "192.0.2.1", "destination_host": "a", contract.SlotPrefix + "destination_ip": ip, contract.SlotPrefix + "destination_host": host}, aggregate.AddressSlots{ip, host}, 0},
		{"none", attrs{"destination_ip": "192.0.2.1"}, aggregate.AddressSlots{}, 0},
		{"without an address", attrs{contract.SlotPrefix + "destination_ip": ip}, aggregate.AddressSlots{}, 1},
		{"none that is one", attrs{"destination_ip": "192.0.2.1", contract.SlotPrefix + "destination_ip": -1}, aggregate.AddressSlots{}, 1},
		{"another type", attrs{"destination_ip": "192.0.2.1", contract.SlotPrefix + "destination_ip": "1"}, aggregate.AddressSlots{}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, run, test.record), logs(t, nil, with(run, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).AddressSlots)
				assert.Equal(t, test.bad, r.Outcomes.BadSlots)
			}
		})
	}
}

func TestReaderSlotsAreBounded(t *testing.T) {
	says := with(counted, attrs{contract.AttrIncarnation: "a", "reporter": "x"})
	for i := range 10 * maxSlots {
		says[contract.SlotPrefix+strconv.Itoa(i)] = contract.PackSlot(1, 1)
	}
	outcomes, _ := read(logs(t, says, attrs{}))
	assert.Equal(t, Outcomes{Counted: 1, BadSlots: int64(maxSlots)}, outcomes)
}
