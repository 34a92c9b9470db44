// SPDX-License-Identifier: Apache-2.0

package whatif

import "net/netip"

// Kind is what a client sends.
type Kind uint8

// The kinds.
const (
	// TCP is anything but HTTP without encryption and TLS.
	TCP Kind = iota
	HTTP
	TLS
)

// Start says who speaks first on a TCP connection, which matters to a proxy that waits
// for the first bytes to tell protocols apart.
type Start uint8

// The starts.
const (
	// ClientFirst: the client's first bytes tell that it is neither HTTP nor TLS.
	ClientFirst Start = iota
	// ClientShort: the client sends fewer bytes than the head of a TLS record has and
	// waits. The proxy knows that it is not HTTP, but not that it is not TLS.
	ClientShort
	// ServerFirst: the client waits for the server.
	ServerFirst
)

// Traffic is a request or a connection to judge.
type Traffic struct {
	// Address that the client connects to. The zero Addr is one that is not known.
	Address netip.Addr
	Port    uint16
	Kind    Kind
	// Name is the host in the Host header, without a port, or the server name of TLS. A
	// Host may be an address. TLS without a server name has none. In TCP it is the host
	// that is meant, if that is known: no proxy sees it.
	Name string
	// Start is that of TCP.
	Start Start

	// names are the proven ones of the address.
	names NamesAt
}

// Workload is where traffic comes from.
type Workload struct {
	Namespace string
	// Name is only asked for by what is proven to some workloads alone.
	Name string
	// App is the value of the label `app`, empty if it is not known.
	App string
	// Labels are all labels of the workload. They are nil if only App is known.
	Labels map[string]string
}

// has tells whether the workload has a label with a value. known is false if that
// depends on labels that are not known.
func (w *Workload) has(key, value string) (has, known bool) {
	switch {
	case w.Labels != nil:
		v, ok := w.Labels[key]
		return ok && v == value, true
	case key == "app" && w.App != "":
		return w.App == value, true
	default:
		return false, false
	}
}
