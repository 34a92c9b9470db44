// SPDX-License-Identifier: Apache-2.0

package reader

import (
	"cmp"
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// ownFields are what always stands on a record.
type ownFields struct {
	port, received, sent   int64
	nameSource, proxy      string
	address, host, network string
	provenAddress          string
	clientName             string
}

func (f *ownFields) read(attributes pcommon.Map) {
	for key, value := range attributes.All() {
		if strings.HasPrefix(key, contract.Prefix) {
			f.readContract(key, value)
		} else if field := f.label(key); field != nil && value.Type() == pcommon.ValueTypeStr {
			*field = value.Str()
		}
	}
}

// readContract reads an attribute of the contract. A value of another type is as good as
// none.
func (f *ownFields) readContract(key string, value pcommon.Value) {
	switch key {
	case contract.AttrDestinationPort:
		f.port = value.Int()
	case contract.AttrBytesReceived:
		f.received = value.Int()
	case contract.AttrBytesSent:
		f.sent = value.Int()
	case contract.AttrNameSource:
		f.nameSource = value.Str()
	case contract.AttrProvenAddress:
		f.provenAddress = value.Str()
	case contract.AttrClientName:
		f.clientName = value.Str()
	case contract.AttrProxy:
		f.proxy = value.Str()
	}
}

var addressNames = func() (n struct{ address, host, network string }) {
	n.address, n.host, n.network = contract.DestinationIP.String(), contract.DestinationHost.String(), contract.DestinationNetwork.String()
	return n
}()

// label is the field of a label, nil if it is none of those that stand on records.
func (f *ownFields) label(key string) *string {
	switch key {
	case addressNames.address:
		return &f.address
	case addressNames.host:
		return &f.host
	case addressNames.network:
		return &f.network
	default:
		return nil
	}
}

// clean makes values such as a page and a log survive.
func (f *ownFields) clean() {
	for _, s := range [...]*string{&f.address, &f.host, &f.network, &f.provenAddress, &f.clientName, &f.proxy} {
		if *s != "" {
			*s = contract.CleanValue(*s)
		}
	}
}

// addTo adds what the record says to what its label set says. What came from the workload
// is what it sent.
func (f *ownFields) addTo(o *ledger.Observation) {
	o.Address, o.Proven = cmp.Or(f.provenAddress, f.address), f.provenAddress != ""
	o.SentBytes, o.ReceivedBytes = max(f.received, 0), max(f.sent, 0)
	k := &o.Key
	clientName := f.clientName
	if k.Entry == "" || clientName == k.Entry {
		clientName = "" // no record that keeps to the contract has such a name
	}
	if f.port > 0 && f.port <= math.MaxUint16 {
		k.Port = uint16(f.port)
	}
	switch {
	case f.host != "":
		k.Destination, k.NameSource = f.host, egress.ParseNameSource(f.nameSource)
	case clientName != "":
		k.Destination, k.NameSource = k.Entry, egress.EntryMismatch
	case k.Entry != "":
		k.Destination, k.NameSource = k.Entry, egress.NameOfEntry
	default:
		k.Destination, k.NameSource = cmp.Or(f.address, f.network, contract.Unknown), egress.NoName
	}
	if clientName != k.Destination {
		o.ClientName = clientName
	}
}
