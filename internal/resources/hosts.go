// SPDX-License-Identifier: Apache-2.0

package resources

import "go.yaml.in/yaml/v3"

// hostsOf are the hosts that a resource which is not considered names, as they are
// written. A Service has its full name, with the cluster domain that nearly all clusters
// have.
func hostsOf(n *yaml.Node, id ID) []string {
	spec := value(n, "spec")
	var hosts []string
	add := func(n *yaml.Node) {
		if n != nil && n.Kind == yaml.ScalarNode && n.Value != "" && n.Value != "None" && len(n.Value) <= maxName && len(hosts) < maxHosts {
			hosts = append(hosts, n.Value)
		}
	}
	addAll := func(list *yaml.Node) {
		if list != nil && list.Kind == yaml.SequenceNode {
			for _, item := range list.Content {
				add(item)
			}
		}
	}
	switch id.Kind {
	case "VirtualService":
		addAll(value(spec, "hosts"))
	case "DestinationRule":
		add(value(spec, "host"))
	case "Service":
		hosts = append(hosts, id.Name+"."+id.Namespace+".svc.cluster.local")
		add(value(spec, "clusterIP"))
		add(value(spec, "externalName"))
		addAll(value(spec, "externalIPs"))
	}
	return hosts
}
