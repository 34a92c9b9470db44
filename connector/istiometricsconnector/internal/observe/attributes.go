package observe

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// kind of an attribute's name.
type kind uint8

const (
	// isOther may be a label, or nothing of ours.
	isOther kind = iota
	// isField is a number that differs from record to record.
	isField
	// isRowAttr is the verdict, the schema or a list of labels.
	isRowAttr
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

// classify tells the kind of an attribute's name. Nearly all names are told by
// their first byte.
func classify(key string) kind {
	if len(key) == 0 {
		return isOther
	}
	switch key[0] {
	case contract.Prefix[0]:
		if !strings.HasPrefix(key, contract.Prefix) {
			return isOther
		}
		switch key {
		case contract.AttrVerdict, contract.AttrSchema, contract.AttrExtraLabels, contract.AttrBounded:
			return isRowAttr
		default:
			return isField
		}
	case addressNames[0][0]:
		for i, name := range &addressNames {
			if key == name {
				return isAddress + kind(i)
			}
		}
	}
	return isOther
}

// setField reads a number of the contract. Whatever is no integer of at least
// 0 is invalid; an attribute of the contract that is no number is left alone.
func setField(values *aggregate.Values, key string, value pcommon.Value) {
	var f aggregate.Field
	switch key {
	case contract.AttrDuration:
		f = aggregate.Duration
	case contract.AttrBytesReceived:
		f = aggregate.BytesReceived
	case contract.AttrBytesSent:
		f = aggregate.BytesSent
	case contract.AttrMessagesReceived:
		f = aggregate.MessagesReceived
	case contract.AttrMessagesSent:
		f = aggregate.MessagesSent
	default:
		return
	}
	values[f] = aggregate.Invalid
	if value.Type() == pcommon.ValueTypeInt {
		if n := value.Int(); n >= 0 {
			values[f] = n
		}
	}
}

// read puts what attributes say over what the row says, and tells whether they
// hold a list of extra labels. A value of the wrong type is not there.
func (w *row) read(attrs pcommon.Map) (extras bool) {
	next := column(0)
	for key, value := range attrs.All() {
		switch k := classify(key); k {
		case isField:
			setField(&w.values, key, value)
		case isRowAttr:
			if key == contract.AttrExtraLabels {
				extras = true
			} else {
				w.readHead(key, value)
			}
		case isOther:
			c, ok := w.vocabulary.find(key, next)
			if ok && value.Type() == pcommon.ValueTypeStr {
				w.labels[c] = value.Str()
				next = c + 1
			}
		default:
			setAddress(&w.addresses, k, value)
		}
	}
	return extras
}

func setAddress(addresses *aggregate.Addresses, k kind, value pcommon.Value) {
	if value.Type() == pcommon.ValueTypeStr {
		addresses[k-isAddress] = value.Str()
	}
}

func (w *row) readHead(key string, value pcommon.Value) {
	switch {
	case value.Type() != pcommon.ValueTypeStr:
	case key == contract.AttrBounded:
		w.bounded = w.vocabulary.mask(value.Str())
	case key == contract.AttrVerdict:
		w.verdict = contract.Verdict(value.Str())
	case key == contract.AttrSchema:
		w.schema = contract.Schema(value.Str())
	}
}
