// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"fmt"
	"strings"
)

// maxName is how long a host and the name of a resource may be, in bytes.
const maxName = 253

// checkID tells what is wrong with the name of a resource, empty if nothing is.
//
// Source: Kubernetes, "Object Names and IDs": names are DNS subdomains, namespaces are
// DNS labels. Kinds are letters and digits, such as S3Bucket.
func checkID(id ID) string {
	switch {
	case !isKind(id.Kind):
		return fmt.Sprintf("%q is no kind", id.Kind)
	case !isName(id.Name):
		return fmt.Sprintf("%s: %q is no name of a resource", id.Kind, id.Name)
	case id.Namespace != "" && !isLabel(id.Namespace, false):
		return fmt.Sprintf("%s: %q is no namespace", id.Kind, id.Namespace)
	}
	return ""
}

// isName tells whether s can be the name of a resource. Those of access control have
// colons.
func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && (strings.IndexByte("-.:", c) < 0 || i == 0 || i == len(s)-1) {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isKind(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) {
			return false
		}
	}
	return s != "" && len(s) <= 63 && s[0] > '9'
}

// isDomain tells whether Istio takes a host: labels with dots between them, maybe a dot
// at the end, and an asterisk at the start if it may be a wildcard. The last label of a
// host that is no wildcard is not a number, which refuses IPv4 addresses.
//
// Source: ValidateWildcardDomain and ValidateDNS1123Labels in
// pkg/config/validation/agent of Istio.
func isDomain(s string, wildcard bool) bool {
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > maxName {
		return false
	}
	labels := strings.Split(s, ".")
	for i, l := range labels {
		if !isLabel(l, wildcard && i == 0) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != "" || len(labels) == 1 && wildcard
}

// isLabel tells whether s is a DNS label, in any case. The first label of a wildcard may
// be an asterisk, or start with one.
func isLabel(s string, wildcard bool) bool {
	if wildcard {
		if s == "*" {
			return true
		}
		if rest, ok := strings.CutPrefix(s, "*"); ok {
			s = strings.TrimPrefix(rest, "-")
		}
	}
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if s[i] != '-' && !isAlphanumeric(s[i]) {
			return false
		}
	}
	return true
}
