// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

const (
	// maxHost and maxLabel bound names and their parts, in bytes. Source: RFC 1035,
	// section 2.3.4.
	maxHost  = 253
	maxLabel = 63
)

// isLabel tells whether s is a part of a host name, and so can be the name of a
// namespace. Source: RFC 1123, section 2.1, in lower case.
func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || '9' < c) && (c < 'a' || 'z' < c) {
			return false
		}
	}
	return true
}

// isHost tells whether s is a host name in lower case, and so can be the name of a
// Kubernetes object.
func isHost(s string) bool {
	if len(s) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

// isLabelValue tells whether s can be the value of a Kubernetes label, and is not empty.
func isLabelValue(s string) bool {
	for i := range len(s) {
		letter := 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z' || '0' <= s[i] && s[i] <= '9'
		if !letter && (strings.IndexByte("-_.", s[i]) < 0 || i == 0 || i == len(s)-1) {
			return false
		}
	}
	return s != "" && len(s) <= maxLabel
}

// isIn tells whether a name is one of domains or lies below one.
func isIn(domains []string, name string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) })
}

// noHosts end names that no DNS server outside of a cluster or a network answers for.
// Source: RFC 6761, RFC 6762, RFC 7686, RFC 8375; `.internal` is reserved by ICANN.
var noHosts = []string{
	".svc", ".local", ".internal", ".localhost", ".localdomain", ".invalid", ".onion", ".home.arpa", ".in-addr.arpa", ".ip6.arpa",
}

// judgeName tells whether an entry may have a host, which is in lower case.
func (j *judge) judgeName(name string) Reason {
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case slices.Contains(metadataNames, name):
		return Metadata
	case !isHost(name) || last[0] <= '9': // an address has a number at the end
		return BadName
	case last == name:
		return SingleLabel
	case slices.ContainsFunc(noHosts, func(end string) bool { return strings.HasSuffix(name, end) }),
		strings.HasSuffix(name, "."+j.ClusterDomain), j.isService(name):
		return ClusterName
	case isEncryptedDNS(name):
		return EncryptedDNS
	case isForAnyAddress(name):
		return PublicSuffix
	}
	// The proxy resolves the name of an entry by itself, so `169.254.169.254.ip.example.com`
	// may lead to what no entry may name, wherever the traffic went that had this name.
	if reason := j.judgeAddresses(spelled(name), nil); reason != wanted {
		return reason
	}
	// Names of the list's private part, such as s3.amazonaws.com, are also hosts.
	if suffix, icann := publicsuffix.PublicSuffix(name); icann && suffix == name {
		return PublicSuffix
	}
	return wanted
}

// everyNamespace are those that each cluster has, and that may send nothing outside.
var everyNamespace = []string{"default", "kube-system", "kube-public", "kube-node-lease", resources.DefaultRootNamespace}

// isService tells whether a name is `NAME.NAMESPACE` of a namespace that is known, and
// its end is no domain of the internet.
func (j *judge) isService(name string) bool {
	service, namespace, _ := strings.Cut(name, ".")
	if _, icann := publicsuffix.PublicSuffix(name); icann || service == "" {
		return false
	}
	return j.namespaces[namespace] || slices.Contains(everyNamespace, namespace)
}
