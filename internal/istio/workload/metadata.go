// SPDX-License-Identifier: Apache-2.0

package workload

// Metadata is what one value says of a workload. A field that it does not say is
// empty.
type Metadata struct {
	Workload, Namespace              string
	App, Version                     string
	CanonicalName, CanonicalRevision string
	// Cluster is the id of the Kubernetes cluster.
	Cluster string
}

// Labels of a workload that Istio's metrics use.
const (
	labelApp               = "app"
	labelVersion           = "version"
	labelCanonicalName     = "service.istio.io/canonical-name"
	labelCanonicalRevision = "service.istio.io/canonical-revision"
)

// setField stores a field by its name in Istio's workload metadata object, or in the
// metadata of a node, whose names are in upper case and which has labels.
func (m *Metadata) setField(name, value string) {
	switch name {
	case "workload", "WORKLOAD_NAME":
		m.Workload = value
	case "namespace", "NAMESPACE":
		m.Namespace = value
	case "service", labelCanonicalName:
		m.CanonicalName = value
	case "revision", labelCanonicalRevision:
		m.CanonicalRevision = value
	case labelApp:
		m.App = value
	case labelVersion:
		m.Version = value
	case "cluster", "CLUSTER_ID":
		m.Cluster = value
	}
}
