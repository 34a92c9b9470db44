// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// serverFirstPorts are those of protocols in which the server speaks first: FTP, SSH,
// SMTP, POP3, NNTP, IMAP, MySQL, VNC.
var serverFirstPorts = []uint16{21, 22, 25, 110, 119, 143, 587, 2525, 3306, 5900}

// judge decides about rows.
type judge struct {
	*Settings
	index      *egress.Index
	evidence   evidence
	claims     *claims
	allowed    uses
	namespaces map[string]bool
}

func newJudge(rows []egress.Row, s *Settings) *judge {
	j := &judge{
		Settings: s, index: egress.NewIndex(rows), evidence: newEvidence(rows), claims: newClaims(rows), allowed: newAllowed(rows),
		namespaces: map[string]bool{},
	}
	for i := range rows {
		j.namespaces[rows[i].Source.Namespace] = true
	}
	return j
}

// isKnownName tells whether the destination of a row may become the host of an entry for
// addresses. A name that was learned from a ServiceEntry may not: that entry may be one
// of another namespace, and its owner chooses what address the name has.
func isKnownName(r *egress.Row) bool {
	return r.NameSource.Grade() == egress.Proven && r.NameSource != egress.NameProven && !isOwn(normal(r.Destination))
}

// hasNameInTraffic tells whether the destination of a row is what its traffic itself
// names, and a proxy can look at.
func hasNameInTraffic(r *egress.Row) bool {
	return r.Traffic != egress.TCP && (r.NameSource == egress.NameOfServer || r.NameSource == egress.NameOfHost)
}

// row judges a row but for what other rows have to do with it.
func (j *judge) row(r *egress.Row) (want, Reason) {
	if reason := j.sender(r); reason != wanted {
		return want{}, reason
	}
	if r.Port == 0 && !r.OtherPorts || r.Traffic == egress.NoTraffic {
		return want{}, Incomplete
	}
	if r.NameSource == egress.EntryMismatch {
		return want{}, OtherHost // what the client named is no evidence that anybody wants it
	}
	isAllowed := isAllowed(r)
	if !j.Allowed && (isAllowed || j.allowed.isReplaced(r, j.Settings)) {
		return want{}, AlreadyAllowed
	}
	w, reason := j.form(r)
	switch {
	case r.OtherPorts && reason == wanted:
		reason = ManyPorts
	case isAllowed && reason != wanted:
		reason = AlreadyAllowed // by an entry that would not be suggested
	case reason != wanted || isAllowed:
	case w.host != "" && j.index.Grade(r) == egress.Contradicted && !j.claims.claimedByOthers(r):
		reason = Contradiction
	case !j.evidence.enough(r, j.Settings):
		reason = SeenOnce
	case w.host != "":
		reason = j.claims.judge(r, j.Settings)
	}
	return w, reason
}

// sender judges whether a suggestion can be scoped.
func (j *judge) sender(r *egress.Row) Reason {
	isUnknown := func(name string) bool { return name == contract.SourceWorkload.Default() || !isHost(name) }
	switch {
	case r.Overflow:
		return BeyondLimit
	case isUnknown(r.Source.Namespace), !isLabel(r.Source.Namespace), isUnknown(r.Source.Workload):
		return UnknownSender
	case slices.Contains(j.Gateways, r.Source.Workload):
		return GatewayOfOthers
	}
	return wanted
}

// form finds the form of the entry that a row needs.
func (j *judge) form(r *egress.Row) (want, Reason) {
	if hasNameInTraffic(r) || r.Traffic != egress.TCP && r.NameSource == egress.NameOfEntry && !isOwn(r.Entry) {
		return j.byName(r)
	}
	return j.byAddress(r)
}

func (j *judge) byName(r *egress.Row) (want, Reason) {
	w := want{row: r, host: normal(r.Destination), port: r.Port, protocol: protocolOf(r.Traffic)}
	if reason := j.judgeName(w.host); reason != wanted {
		return w, reason
	}
	switch {
	case r.Port == portDoT:
		return w, EncryptedDNS
	case slices.Contains(serverFirstPorts, r.Port):
		return w, ServerFirst
	}
	known, _ := parseAddresses(r.Addresses)
	return w, j.judgeAddresses(known, nil)
}

func (j *judge) byAddress(r *egress.Row) (want, Reason) {
	w := want{row: r, port: r.Port, protocol: protocolTCP}
	if isHTTP(r) {
		w.protocol = protocolHTTP // a request whose Host is the address
	}
	if len(j.Networks[r.Destination]) > 0 && r.NameSource == egress.NoName {
		w.network, w.protocol = r.Destination, protocolTCP
		return w, wanted
	}
	if own := j.ownOf(r); own.network != "" {
		w.network, w.protocol = own.network, protocolTCP
		return w, wanted
	} else if own.address.IsValid() {
		w.addresses = []netip.Addr{own.address}
	}
	if w.addresses == nil {
		var ok bool
		if w.addresses, ok = parseAddresses(r.Addresses); !ok {
			return w, BeyondLimit
		}
	}
	if reason := j.judgeAddresses(w.addresses, func(a netip.Addr) bool { return isEncryptedDNSPort(a, r.Port) }); reason != wanted {
		return w, reason
	}
	if w.network = j.networkOfAll(w.addresses); w.network != "" {
		w.protocol = protocolTCP
		return w, wanted
	}
	if r.MoreAddresses || len(w.addresses) > j.MaxAddresses {
		return w, ManyAddresses
	}
	if name := normal(r.Destination); isKnownName(r) && j.judgeName(name) == wanted {
		w.knownName = name
	}
	return w, wanted
}

// judgeAddresses judges all addresses of a row or in a name. The first bad one
// counts: a name that leads to a pod once is not one to open.
func (j *judge) judgeAddresses(all []netip.Addr, isResolver func(netip.Addr) bool) Reason {
	for _, a := range all {
		if reason := j.judgeAddress(a); reason != wanted {
			return reason
		}
		if isResolver != nil && isResolver(a) {
			return EncryptedDNS
		}
	}
	return wanted
}

// networkOfAll is the named network that all addresses lie in, empty if there is none.
func (j *judge) networkOfAll(all []netip.Addr) string {
	name := ""
	for i, a := range all {
		n := j.networkOf(a)
		if n == "" || i > 0 && n != name {
			return ""
		}
		name = n
	}
	return name
}
