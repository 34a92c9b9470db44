// SPDX-License-Identifier: Apache-2.0

package names

import (
	"strconv"
	"strings"
)

// Direction of the listeners that a name belongs to.
type Direction uint8

const (
	// NoDirection is that of names that tell none.
	NoDirection Direction = iota
	// Inbound listeners take what comes in for the proxy's own workload.
	Inbound
	// Outbound listeners take what the workload sends, and what comes to a gateway.
	Outbound
	// Waypoint listeners take what comes in for the workloads behind a waypoint.
	Waypoint
)

// clusterForms are the ways in which the name of a cluster starts, and what
// separates its fields: `outbound|PORT|SUBSET|HOST`, `inbound|PORT||`,
// `inbound-vip|PORT|SUBSET|HOST`, `inbound-pod|...`, and
// `outbound_.PORT_.SUBSET_.HOST`, which is also the server name of mutual TLS.
var clusterForms = []clusterForm{
	{"outbound|", "|", Outbound},
	{"inbound|", "|", Inbound},
	{"inbound-vip|", "|", Waypoint},
	{"inbound-pod|", "|", Waypoint},
	{"outbound_.", "_.", Outbound},
	{"inbound_.", "_.", Inbound},
}

type clusterForm struct {
	start, separator string
	direction        Direction
}

// formOf finds the form of a cluster's name, and the fields behind its start. The form
// is nil if it has none.
func formOf(name string) (form *clusterForm, fields string) {
	if name == "" || name[0] != 'o' && name[0] != 'i' {
		return nil, "" // as nearly all server names are
	}
	for i := range clusterForms {
		if fields, ok := strings.CutPrefix(name, clusterForms[i].start); ok {
			return &clusterForms[i], fields
		}
	}
	return nil, ""
}

// Cluster is what the name of a cluster says. Host may be empty.
type Cluster struct {
	Direction Direction
	Host      string
}

// ParseCluster reads the name of a cluster that has a service. The zero value
// stands for any other name.
func ParseCluster(name string) Cluster {
	form, fields := formOf(name)
	if form == nil {
		return Cluster{}
	}
	_, fields, _ = strings.Cut(fields, form.separator) // the port
	_, host, _ := strings.Cut(fields, form.separator)  // the subset
	return Cluster{form.direction, host}
}

// PortOfCluster is the service's port in the name of a cluster. It is false if there
// is none.
func PortOfCluster(name string) (port uint16, ok bool) {
	form, fields := formOf(name)
	if form == nil {
		return 0, false
	}
	text, _, _ := strings.Cut(fields, form.separator)
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil && n != 0
}

// DirectionOfCluster tells which listeners use a cluster.
func DirectionOfCluster(name string) Direction {
	if d := directionWithoutService(name); d != NoDirection {
		return d
	}
	return ParseCluster(name).Direction
}

// IsTunnel tells whether a cluster carries HBONE. What is inside a tunnel is
// logged by itself.
func IsTunnel(cluster string) bool {
	switch cluster {
	case "connect_originate", "connect_terminate", "inner_connect_originate", "forward_inner_connect", "main_internal", "encap":
		return true
	default:
		return false
	}
}
