// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of envoy.config.core.v3.Address.
const (
	addressSocketAddress        = 1<<3 | length
	addressPipe                 = 2<<3 | length
	addressEnvoyInternalAddress = 3<<3 | length
)

// Tags of SocketAddress, Pipe and EnvoyInternalAddress.
const (
	socketAddress              = 2<<3 | length
	socketPortValue            = 3<<3 | varint
	socketNamedPort            = 4<<3 | length
	pipePath                   = 1<<3 | length
	internalServerListenerName = 1<<3 | length
	internalEndpointID         = 2<<3 | length
)

// AddressKind says which message an address holds.
type AddressKind uint8

// The kinds of addresses.
const (
	NoAddress AddressKind = iota
	SocketAddress
	Pipe
	EnvoyInternalAddress
)

// Address is envoy.config.core.v3.Address with what it holds.
type Address struct {
	Kind AddressKind
	// Name is the address of a socket, the path of a pipe, or the name of a
	// listener.
	Name Text
	// PortValue and NamedPort are those of a socket: at most one is not empty.
	PortValue uint32
	NamedPort Text
	// EndpointID is that of an internal address.
	EndpointID Text
}

func (a *Address) decode(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case addressSocketAddress:
			a.become(SocketAddress)
			a.decodeSocket(e, f.Start, f.End)
		case addressPipe:
			a.become(Pipe)
			a.decodePipe(e, f.Start, f.End)
		case addressEnvoyInternalAddress:
			a.become(EnvoyInternalAddress)
			a.decodeInternal(e, f.Start, f.End)
		}
	}
	e.end(&f)
}

// become empties an address that was of another kind: the last one counts.
func (a *Address) become(kind AddressKind) {
	if a.Kind != kind {
		*a = Address{Kind: kind}
	}
}

func (a *Address) decodeSocket(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case socketAddress:
			a.Name = e.text(&f)
		case socketPortValue:
			a.PortValue, a.NamedPort = uint32(f.Varint), Text{}
		case socketNamedPort:
			a.PortValue, a.NamedPort = 0, e.text(&f)
		}
	}
	e.end(&f)
}

func (a *Address) decodePipe(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		if f.Tag == pipePath {
			a.Name = e.text(&f)
		}
	}
	e.end(&f)
}

func (a *Address) decodeInternal(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case internalServerListenerName:
			a.Name = e.text(&f)
		case internalEndpointID:
			a.EndpointID = e.text(&f)
		}
	}
	e.end(&f)
}
