// SPDX-License-Identifier: Apache-2.0

package contract

// Traffic is the kind of traffic that leaves the mesh.
type Traffic string

// The kinds of traffic. Traffic that stays has none.
const (
	TrafficStays Traffic = ""
	TrafficHTTP  Traffic = "http"
	TrafficGRPC  Traffic = "grpc"
	// TrafficTLS is a connection whose client sent a server name. Of others a log does
	// not tell.
	TrafficTLS Traffic = "tls"
	TrafficTCP Traffic = "tcp"
)

// NameSource says where the name of a destination comes from.
type NameSource string

// The sources of names.
const (
	// NameOfServer is the server name of TLS: the client's word.
	NameOfServer NameSource = "server_name"
	// NameOfHost is the Host or :authority header: the client's word.
	NameOfHost NameSource = "host"
	// NameProven was learned for the address: the mesh's configuration, or several
	// workloads, say so.
	NameProven NameSource = "proven"
	// NameClaimed was learned for the address from what the workload claimed before.
	NameClaimed NameSource = "claimed"
	// NameOfReverseDNS is what a resolver says of the address, forward-confirmed.
	NameOfReverseDNS NameSource = "reverse_dns"
	// NameOfEntry is the host of the ServiceEntry whose cluster the proxy chose.
	NameOfEntry NameSource = "entry"
	// NoName stands where there is no name, or `other` in its place.
	NoName NameSource = "none"
)
