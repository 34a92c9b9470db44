package istio

import "strings"

// nodeID is what Istio writes into the id of a proxy:
// `TYPE~IP~POD.NAMESPACE~DNS domain`.
type nodeID struct {
	kind, ip, pod, namespace string
}

// Types of proxies.
const (
	nodeRouter   = "router"
	nodeWaypoint = "waypoint"
)

func parseNodeID(id string) nodeID {
	parts := strings.SplitN(id, "~", 4)
	if len(parts) != 4 {
		return nodeID{}
	}
	n := nodeID{kind: parts[0], ip: parts[1]}
	if i := strings.LastIndexByte(parts[2], '.'); i > 0 {
		n.pod, n.namespace = parts[2][:i], parts[2][i+1:]
	}
	return n
}

// NamespaceOfNodeID is the namespace in a proxy's node id. It is empty if the id
// does not have the form that Istio writes.
func NamespaceOfNodeID(id string) string { return parseNodeID(id).namespace }

// nodeCluster splits a proxy's cluster, by default `APP.NAMESPACE`.
func nodeCluster(name string) (app, namespace string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return "", ""
	}
	return name[:i], name[i+1:]
}

// namespaceOfPrincipal is the namespace in `spiffe://DOMAIN/ns/NAMESPACE/sa/NAME`.
func namespaceOfPrincipal(principal string) string {
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

// firstSAN is the first of a certificate's URI SANs, which Envoy joins by commas.
func firstSAN(sans string) string {
	san, _, _ := strings.Cut(sans, ",")
	return san
}
