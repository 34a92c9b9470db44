package names

import "strings"

// ParseService reads the host of a Kubernetes service,
// `NAME.NAMESPACE.svc.DOMAIN`. It is false for any other host.
func ParseService(host string) (name, namespace string, ok bool) {
	name, rest, _ := strings.Cut(host, ".")
	namespace, rest, _ = strings.Cut(rest, ".")
	if kind, _, _ := strings.Cut(rest, "."); kind != "svc" {
		return "", "", false
	}
	return name, namespace, true
}
