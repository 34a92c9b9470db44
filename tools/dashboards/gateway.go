// SPDX-License-Identifier: Apache-2.0

package main

// gateway shows how gateways do: what they got, what became of it, and what it costs.
func gateway() (document, error) {
	b := newDashboard(gatewayUID, "Istio egress: gateway",
		"The gateways of otelcol-istio: the metrics that Prometheus scrapes from them, under the names that the files in config give them.")
	b = targetVariables(b, gatewayUptime).
		WithVariable(pageVariable()).
		Link(dashboardLink("Egress", egressUID)).
		Link(dashboardLink("Istio control plane", istioControlPlaneUID)).
		Link(pageLink())
	return build(b, gatewayOverview, gatewayAccount, gatewayCost, gatewayLimits, gatewayEgress, gatewayWrite, gatewayProxies, gatewayState)
}
