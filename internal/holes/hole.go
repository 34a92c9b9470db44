// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Kind says in which way an entry lets more through.
type Kind string

// The kinds, the widest first.
const (
	// OpensPort: a TCP port without addresses opens the port for everything, although
	// other entries for the port name hosts. Source: istio#26303.
	OpensPort Kind = "opens_port"
	// AnyAddress: a TCP port without addresses and with `resolution: NONE` takes every
	// connection to the port, whatever its address.
	AnyAddress Kind = "any_address"
	// TakesOver: a TCP port without addresses and with another resolution sends every
	// connection to the port to the entry's own host. Source: istio#58696.
	TakesOver Kind = "takes_over"
	// ForgedWildcard: a wildcard with `resolution: NONE` takes traffic to any address
	// that a client gives a matching name.
	ForgedWildcard Kind = "forged_wildcard"
	// ForgedName: as ForgedWildcard, with the one name of the entry.
	ForgedName Kind = "forged_name"
	// ServerNameIgnored: a TLS port with addresses takes every server name, and none.
	ServerNameIgnored Kind = "server_name_ignored"
	// ExportedToAll: all namespaces can use the entry.
	ExportedToAll Kind = "exported_to_all"
	// OtherName: the entry was seen to let another name through than its own. It tells a
	// hole from traffic alone: the resource is not among the given ones.
	OtherName Kind = "other_name"
)

// kinds in their order.
var kinds = []Kind{OpensPort, AnyAddress, TakesOver, ForgedWildcard, ForgedName, ServerNameIgnored, ExportedToAll, OtherName}

// Hole is what an entry lets through beyond what it says.
type Hole struct {
	Kind Kind `json:"kind"`
	// Entry is the zero ID if the hole is known from traffic alone.
	Entry resources.ID `json:"entry"`
	// Host is that of the entry, the first one if it has several.
	Host string `json:"host"`
	// Port is 0 if the hole is one of all ports of the entry, as ExportedToAll is, or of
	// OtherPorts, or if the log does not say the port.
	Port uint16 `json:"port,omitempty"`
	// OtherPorts is true if the hole is known from traffic to ports that have no row of
	// their own (see egress.Key).
	OtherPorts bool `json:"other_ports,omitempty"`
	// Reach is where the entry can be seen.
	Reach resources.Reach `json:"reach"`
	// Others are entries for the same port, which the hole makes useless.
	Others []resources.ID `json:"others,omitempty"`
	// Text says what it lets through, Close what it takes to close it.
	Text  string `json:"text"`
	Close string `json:"close"`
	// Used tells whether traffic went through beyond what the entry says: the evidence.
	Used bool `json:"used"`
	// Users are the workloads whose traffic the entry let through: those that closing the
	// hole concerns. There are at most MaxUsers, those with evidence first.
	Users     []User `json:"users,omitempty"`
	MoreUsers bool   `json:"more_users,omitempty"`
}

// PortText is the port as it is written: as that of a row, or `all`.
func (h *Hole) PortText() string {
	if h.Kind == ExportedToAll {
		return "all"
	}
	k := egress.Key{Port: h.Port, OtherPorts: h.OtherPorts}
	return k.PortText()
}

// Bounds of what a hole names.
const (
	MaxUsers        = 20
	MaxDestinations = 8
	maxOthers       = 8
)

// User is a workload whose traffic an entry let through.
type User struct {
	Source egress.Source `json:"source"`
	// Beyond is true if some of the traffic was not meant for the entry's host.
	Beyond bool `json:"beyond"`
	// Destinations are names or addresses, at most MaxDestinations, those beyond first.
	Destinations []string  `json:"destinations"`
	Total        int64     `json:"total"`
	LastSeen     time.Time `json:"last_seen"`
}
