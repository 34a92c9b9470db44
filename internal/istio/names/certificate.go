// SPDX-License-Identifier: Apache-2.0

package names

import "strings"

// FirstURI is the first of a certificate's URI SANs, which Envoy joins by commas.
func FirstURI(uris string) string {
	uri, _, _ := strings.Cut(uris, ",")
	return uri
}

// NamespaceOfPrincipal is the namespace in `spiffe://DOMAIN/ns/NAMESPACE/sa/NAME`
// and in whatever else has `/ns/NAMESPACE/sa/`. It is empty in any other text.
// Use it where the certificate is of the mesh or does not prove anything;
// NamespaceOfSPIFFE where somebody is let in by it.
func NamespaceOfPrincipal(principal string) string {
	_, rest, ok := strings.Cut(principal, "/ns/")
	if !ok {
		return ""
	}
	namespace, _, ok := strings.Cut(rest, "/sa/")
	if !ok {
		return ""
	}
	return namespace
}

// NamespaceOfSPIFFE is the namespace in `spiffe://DOMAIN/ns/NAMESPACE/sa/NAME`,
// the form of Istio's workload certificates. It is empty in any other text.
func NamespaceOfSPIFFE(uri string) string {
	rest, ok := strings.CutPrefix(uri, "spiffe://")
	if !ok {
		return ""
	}
	_, path, _ := strings.Cut(rest, "/")
	parts := strings.Split(path, "/")
	if len(parts) != 4 || parts[0] != "ns" || parts[2] != "sa" {
		return ""
	}
	return parts[1]
}
