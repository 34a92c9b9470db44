// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"cmp"
	"strings"
	"time"
)

// MaxPorts is the most ports of a destination that have rows of their own. What a
// workload sends to other ports of it is one row.
const MaxPorts = 32

// Source is the workload that traffic comes from.
type Source struct {
	Namespace string `json:"namespace"`
	Workload  string `json:"workload"`
	App       string `json:"app,omitempty"`
}

// String names the source for a person. Nobody is named in the overflow rows of
// workloads that have no row of their own.
func (s Source) String() string {
	if s.Namespace == "" && s.Workload == "" {
		return "all other workloads"
	}
	return s.Namespace + "/" + s.Workload
}

// Compare orders sources by namespace, then by workload, then by app.
func (s Source) Compare(o Source) int {
	return cmp.Or(strings.Compare(s.Namespace, o.Namespace), strings.Compare(s.Workload, o.Workload), strings.Compare(s.App, o.App))
}

// Key tells rows apart.
//
// The source of the name is a part of it: what a client claims never adds to the
// row of a name that is proven.
type Key struct {
	Source Source `json:"source"`
	// Destination is the name of the destination, or its address if no name is
	// known. It is empty in an overflow row.
	Destination string     `json:"destination"`
	NameSource  NameSource `json:"name_source"`
	// Port is the one that the client connected to, 0 if the log does not say it.
	Port uint16 `json:"port,omitempty"`
	// OtherPorts is true if the row adds up the ports of the destination that have no rows
	// of their own. Port is 0 then.
	OtherPorts bool     `json:"other_ports,omitempty"`
	Traffic    Traffic  `json:"traffic"`
	Decision   Decision `json:"decision"`
	// Entry is the host of the ServiceEntry that let the traffic through.
	Entry string `json:"entry,omitempty"`
	// Overflow rows add up what had no row of its own: one for each decision of a
	// workload.
	Overflow bool `json:"overflow,omitempty"`
}

// Counts are totals since FirstSeen.
type Counts struct {
	// Requests are of HTTP and gRPC, Connections of TLS and TCP.
	Requests    int64 `json:"requests"`
	Connections int64 `json:"connections"`
	// SentBytes left the mesh, ReceivedBytes came back.
	SentBytes     int64 `json:"sent_bytes"`
	ReceivedBytes int64 `json:"received_bytes"`
}

// Total is the number of requests and connections.
func (c Counts) Total() int64 { return AddSaturating(c.Requests, c.Connections) }

// Add adds other counts. A sum that does not fit stops at the largest number.
func (c *Counts) Add(o Counts) {
	c.Requests = AddSaturating(c.Requests, o.Requests)
	c.Connections = AddSaturating(c.Connections, o.Connections)
	c.SentBytes = AddSaturating(c.SentBytes, o.SentBytes)
	c.ReceivedBytes = AddSaturating(c.ReceivedBytes, o.ReceivedBytes)
}

// Since returns what came to these counts since they were others.
func (c Counts) Since(before Counts) Counts {
	return Counts{
		Requests: c.Requests - before.Requests, Connections: c.Connections - before.Connections,
		SentBytes: c.SentBytes - before.SentBytes, ReceivedBytes: c.ReceivedBytes - before.ReceivedBytes,
	}
}

// AddSaturating adds two numbers of at least 0. A sum that does not fit is the largest number.
func AddSaturating(a, b int64) int64 {
	if sum := a + b; sum >= 0 {
		return sum
	}
	return 1<<63 - 1
}

// Row is what is known of traffic with one key.
type Row struct {
	Key
	Counts
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
	// Days with traffic, up to that of LastSeen.
	Days Days `json:"days,omitempty"`
	// Addresses are at most MaxAddresses, the first ones that were seen.
	Addresses []string `json:"addresses,omitempty"`
	// MoreAddresses is true if there were others.
	MoreAddresses bool `json:"more_addresses,omitempty"`
	// ProvenAddresses has bit n if the proxy chose Addresses[n] for the host of the
	// ServiceEntry. An address that the client chose says nothing of that host.
	ProvenAddresses uint8 `json:"proven_addresses,omitempty"`
	// ClientNames are hosts that clients named in the place of that of the ServiceEntry:
	// the server name of TLS, or the Host header. There are at most MaxClientNames, the
	// first ones that were seen. A client writes what it likes: they prove nothing.
	ClientNames []string `json:"client_names,omitempty"`
	// MoreClientNames is true if there were others.
	MoreClientNames bool `json:"more_client_names,omitempty"`
}
