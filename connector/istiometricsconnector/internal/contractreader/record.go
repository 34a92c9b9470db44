// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metrictable"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// attribute tells what the name of an attribute is to a reader.
type attribute uint8

const (
	// isOther may be a label, or nothing of ours.
	isOther attribute = iota
	// isContract starts with the contract's prefix.
	isContract
	// isAddress is the first of contract.AddressLabels; the others follow.
	isAddress
)

// addressNames are those of contract.AddressLabels. They have one first byte.
var addressNames = func() (names [len(contract.AddressLabels)]string) {
	for i, l := range contract.AddressLabels {
		names[i] = l.String()
	}
	return names
}()

// classify tells what an attribute's name is. Nearly all names are told by their
// first byte.
func classify(key string) attribute {
	if len(key) == 0 {
		return isOther
	}
	switch key[0] {
	case contract.Prefix[0]:
		if strings.HasPrefix(key, contract.Prefix) {
			return isContract
		}
	case addressNames[0][0]:
		for i, name := range &addressNames {
			if key == name {
				return isAddress + attribute(i)
			}
		}
	}
	return isOther
}

// readOwn reads into an observation what differs between records of one label set,
// and gives the other attributes of the contract to head, if there is one.
func readOwn(o *aggregate.Observation, attrs pcommon.Map, head *labelSet) {
	for key, value := range attrs.All() {
		switch a := classify(key); a {
		case isOther:
		case isContract:
			if !readField(&o.Values, key, value) && !readSlot(&o.AddressSlots, key, value) && head != nil {
				head.readHead(key, value)
			}
		default:
			if value.Type() == pcommon.ValueTypeStr {
				o.Addresses[a-isAddress] = value.Str()
			}
		}
	}
}

// readField reads a number of the contract and tells whether it is one. Whatever
// is no integer of at least 0 is invalid.
func readField(values *aggregate.Values, key string, value pcommon.Value) bool {
	var f aggregate.Field
	switch key {
	case contract.AttrDuration:
		f = metrictable.Duration
	case contract.AttrBytesReceived:
		f = metrictable.BytesReceived
	case contract.AttrBytesSent:
		f = metrictable.BytesSent
	case contract.AttrMessagesReceived:
		f = metrictable.MessagesReceived
	case contract.AttrMessagesSent:
		f = metrictable.MessagesSent
	default:
		return false
	}
	values[f] = aggregate.Invalid
	if value.Type() == pcommon.ValueTypeInt {
		if i := value.Int(); i >= 0 {
			values[f] = i
		}
	}
	return true
}

var addressSlots = [len(aggregate.AddressSlots{})]string{
	contract.SlotPrefix + contract.DestinationIP.String(),
	contract.SlotPrefix + contract.DestinationHost.String(),
}

// slotOf is the number of a slot; -1, which is none, for a value of another type,
// and for 0.
func slotOf(value pcommon.Value) int64 {
	if n := value.Int(); n != 0 {
		return n
	}
	return -1
}

// readSlot reads the slot of an address and tells whether it is one.
func readSlot(slots *aggregate.AddressSlots, key string, value pcommon.Value) bool {
	for i, name := range &addressSlots {
		if key == name {
			slots[i] = slotOf(value)
			return true
		}
	}
	return false
}

// checkSlots leaves the slots of addresses that are there. Others are counted.
func checkSlots(o *aggregate.Observation, incarnation string, outcomes *Outcomes) {
	for i, packed := range &o.AddressSlots {
		if packed != 0 && (o.Addresses[i] == "" || !isSlot(packed, incarnation)) {
			o.AddressSlots[i] = 0
			outcomes.BadSlots++
		}
	}
}

// isSlot tells whether a number is that of a slot of an incarnation.
func isSlot(packed int64, incarnation string) bool {
	_, _, ok := contract.UnpackSlot(packed)
	return ok && incarnation != "" && len(incarnation) <= contract.MaxValueLen
}
