// SPDX-License-Identifier: Apache-2.0

package names

import "strings"

// Service is what the host of a Kubernetes service says,
// `NAME.NAMESPACE.svc.DOMAIN`.
type Service struct {
	Name, Namespace string
	// Domain is the DNS domain of the Kubernetes cluster.
	Domain string
}

// ParseService reads a host that has the form of a Kubernetes service's. It is
// false for any other. A host of that form is a service only in a domain of the
// mesh: a ServiceEntry may have such a host, too.
func ParseService(host string) (Service, bool) {
	name, rest, _ := strings.Cut(host, ".")
	namespace, rest, _ := strings.Cut(rest, ".")
	domain, ok := strings.CutPrefix(rest, "svc.")
	domain = strings.TrimSuffix(domain, ".")
	if !ok || domain == "" {
		return Service{}, false
	}
	return Service{name, namespace, domain}, true
}
