// SPDX-License-Identifier: Apache-2.0

package main

// egress shows who goes out of the mesh, and who is kept from it.
func egress() (document, error) {
	b := newDashboard(egressUID, "Istio egress",
		"Traffic that leaves the mesh, or is kept from it: the metrics istio_egress_* that gateways of otelcol-istio write.")
	b = targetVariables(b, buildInfo).
		WithVariable(labelVariable("namespace", "Namespace", labelNamespace, selector(lastSeen, selectTargets), anyValueOrNone)).
		WithVariable(labelVariable("workload", "Workload", labelWorkload, selector(lastSeen, selectTargets, `source_workload_namespace=~"$namespace"`), anyValueOrNone)).
		WithVariable(pageVariable()).
		Link(dashboardLink("Gateway", gatewayUID)).
		Link(dashboardLink("Istio mesh", istioMeshUID)).
		Link(pageLink())
	return build(b, egressOverview, egressDecisions, egressContacts, egressBytes, egressKinds, egressNames, egressReadiness)
}
