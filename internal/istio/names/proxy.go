// SPDX-License-Identifier: Apache-2.0

package names

import "strings"

// Types of a Node.
const (
	RouterNode   = "router"
	WaypointNode = "waypoint"
)

// Node is what the id of a proxy says: `TYPE~IP~POD.NAMESPACE~DNS domain`.
type Node struct {
	Type, IP, Pod, Namespace string
	// Domain is the DNS domain of the proxy's Kubernetes cluster, such as
	// `cluster.local`.
	Domain string
}

// ParseNode reads the id of a proxy. The zero value stands for any other text.
func ParseNode(id string) Node {
	if id == "" {
		return Node{} // as in most lines of text
	}
	kind, rest, _ := strings.Cut(id, "~")
	ip, rest, _ := strings.Cut(rest, "~")
	pod, domain, ok := strings.Cut(rest, "~")
	if !ok {
		return Node{}
	}
	n := Node{Type: kind, IP: ip}
	n.Pod, n.Namespace = cutNamespace(pod)
	if _, after, ok := strings.Cut(domain, ".svc."); ok {
		n.Domain = after
	}
	return n
}

// PodOfNode is `POD.NAMESPACE` of a node id. It is empty if the id has another form.
func PodOfNode(id string) string {
	if id == "" {
		return "" // as in most lines of text
	}
	_, rest, _ := strings.Cut(id, "~")
	_, rest, _ = strings.Cut(rest, "~")
	pod, _, _ := strings.Cut(rest, "~")
	return pod
}

// ParseNodeCluster reads a proxy's own cluster, by default `APP.NAMESPACE`.
func ParseNodeCluster(name string) (app, namespace string) { return cutNamespace(name) }

// cutNamespace splits `NAME.NAMESPACE`. Both are empty if it has another form.
func cutNamespace(s string) (name, namespace string) {
	i := strings.LastIndexByte(s, '.')
	if i <= 0 {
		return "", ""
	}
	return s[:i], s[i+1:]
}
