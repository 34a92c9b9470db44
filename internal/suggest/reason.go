// SPDX-License-Identifier: Apache-2.0

package suggest

import "fmt"

// Reason says why nothing is suggested for a row.
type Reason string

// The reasons.
const (
	// wanted is that of rows for which something is suggested.
	wanted Reason = ""

	AlreadyAllowed  Reason = "already_allowed"
	OtherHost       Reason = "other_host"
	NamedSince      Reason = "named_since"
	SeenOnce        Reason = "seen_once"
	Metadata        Reason = "metadata"
	Cluster         Reason = "cluster"
	Private         Reason = "private"
	SpecialAddress  Reason = "special_address"
	SingleLabel     Reason = "single_label"
	ClusterName     Reason = "cluster_name"
	BadName         Reason = "bad_name"
	PublicSuffix    Reason = "public_suffix"
	EncryptedDNS    Reason = "encrypted_dns"
	Contradiction   Reason = "contradicted"
	ManyNames       Reason = "many_names"
	NameManyPlaces  Reason = "name_with_many_addresses"
	ManyAddresses   Reason = "many_addresses"
	ManyPorts       Reason = "many_ports"
	ServerFirst     Reason = "server_first"
	TwoProtocols    Reason = "two_protocols"
	BeyondLimit     Reason = "beyond_limit"
	Incomplete      Reason = "incomplete"
	UnknownSender   Reason = "unknown_sender"
	GatewayOfOthers Reason = "gateway"
)

// Reasons has a sentence or two for each reason.
var Reasons = map[Reason]string{
	AlreadyAllowed:  "An entry lets this traffic through already.",
	OtherHost:       "An entry let this traffic through although its client named another host. Look at the holes first.",
	NamedSince:      "Later traffic to this address has a name. The entry is for that name.",
	SeenOnce:        "Seen too seldom, or on too few days. It could be a scan or a forged name: wait, or write the entry by hand.",
	Metadata:        "The metadata service of a cloud gives credentials to whoever asks. Use workload identity instead.",
	Cluster:         "The address is one of the cluster: a pod, a service or a node. A Service may be missing.",
	Private:         "The address is private. If it is outside of the cluster, name its network in the settings.",
	SpecialAddress:  "Loopback, link-local, multicast and unspecified addresses are no destinations outside the mesh.",
	SingleLabel:     "A name without a dot is one of the cluster or of the workload itself.",
	ClusterName:     "The name is one of the cluster or of a private domain. It was meant for no host outside the mesh.",
	BadName:         "Istio refuses the name: it is no DNS name, or has underscores.",
	PublicSuffix:    "Everybody has names below this one, which may lead to any address.",
	EncryptedDNS:    "Encrypted DNS. With it the names of other destinations are not seen.",
	Contradiction:   "The mesh knows the address by another name. With an entry for this name the traffic would go elsewhere.",
	ManyNames:       "A single workload claims many names for one address. It could be a scan or forged names.",
	NameManyPlaces:  "Only one workload claims the name, and for many addresses. The name could be forged.",
	ManyAddresses:   "The workload contacts many addresses on this port. Name their network in the settings, or use an egress gateway.",
	ManyPorts:       "More than 32 ports of the destination are used, or more than there are rows for. It could be a scan.",
	ServerFirst:     "On this port the server speaks first. An entry for HTTP or TLS would make such connections hang.",
	TwoProtocols:    "The host has HTTP and TLS on this port. An entry has one protocol for a port: that of more days, or of more workloads.",
	BeyondLimit:     "The limit of addresses, names or rows was reached. Raise it first.",
	Incomplete:      "The log does not say the port or the kind of traffic.",
	UnknownSender:   "It is not known which workload sent this. An entry for it would be for nobody, or for all.",
	GatewayOfOthers: "The workload is a gateway and sends the traffic of others. Suggestions are for those behind it.",
}

// Sentence says a reason to a person, with the settings that it is about.
func (s *Settings) Sentence(r Reason) string {
	if r == SeenOnce {
		sentence := fmt.Sprintf("%s It must be seen %s, and on %s", Reasons[r], counted(s.MinCount, "time"), counted(int64(s.MinDays), "day"))
		if span := s.minSpan(); span > 0 {
			sentence += fmt.Sprintf(" over at least %d hours", int64(span.Hours()))
		}
		return sentence + "."
	}
	return Reasons[r]
}
