// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// rule is what a way of logging tells otherwise than the truth.
type rule struct {
	// where it is so, by the labels that are true.
	where func(truth labels) bool
	// instead are the labels that differ, and their values then.
	instead labels
	// ip is the destination_ip then, if it is set.
	ip string
}

// told are the labels of a want by a way of logging with these rules.
func (w want) told(rules []rule) want {
	truth := expect.Join(expect.Istio, w.truth)
	told := want{truth, w.ip}
	for _, r := range rules {
		if r.where(truth) {
			told.truth = expect.Join(told.truth, r.instead)
			if r.ip != "" {
				told.ip = r.ip
			}
		}
	}
	return told
}

// unknownOf are labels without their values.
func unknownOf(names ...string) labels {
	set := labels{}
	for _, name := range names {
		set[name] = expect.Istio[name]
	}
	return set
}

// sideLabels name one side of an exchange; the last two only its proxy's own
// words tell.
func sideLabels(side string) []string {
	return []string{
		side + "_workload", side + "_workload_namespace", side + "_canonical_service", side + "_canonical_revision",
		side + "_cluster", side + "_app", side + "_version",
	}
}

var principals = []string{"source_principal", "destination_principal"}

func isOutbound(set labels) bool  { return set["reporter"] == "source" }
func isInbound(set labels) bool   { return set["reporter"] == "destination" }
func isRequest(set labels) bool   { return set["request_protocol"] != "tcp" }
func isUnsecured(set labels) bool { return set["connection_security_policy"] == "none" }
func always(labels) bool          { return true }

func and(all ...func(labels) bool) func(labels) bool {
	return func(set labels) bool {
		for _, holds := range all {
			if !holds(set) {
				return false
			}
		}
		return true
	}
}

func toServiceEntry(set labels) bool {
	return strings.HasSuffix(set["destination_service_name"], ".example.org")
}

func toNobody(set labels) bool { return set["destination_service_name"] == "nobody" }

func toService(set labels) bool {
	return strings.HasSuffix(set["destination_service"], ".svc.cluster.local")
}

// goesOut is what the filter of deploy/istio's telemetry.yaml takes.
func goesOut(set labels) bool { return leavesMesh(set) || toServiceEntry(set) }

// leavesMesh tells traffic that no service and no ServiceEntry takes.
func leavesMesh(set labels) bool {
	switch set["destination_service_name"] {
	case "PassthroughCluster", "BlackHoleCluster", "AllowAnyDynamicDNSCluster":
		return true
	default:
		return false
	}
}

// noPeers are of every way here: Envoy's release lacks the filter of Istio's
// proxies by which the two ends of a connection tell one another who they are.
var noPeers = []rule{
	{where: isOutbound, instead: unknownOf("destination_app", "destination_version")},
	{where: isInbound, instead: unknownOf(
		"source_workload", "source_canonical_service", "source_canonical_revision", "source_cluster", "source_app", "source_version",
	)},
	// cluster_id stands for the cluster of a client that is named.
	{where: and(isInbound, namesClient), instead: labels{"source_cluster": clusterID}},
}

func namesClient(set labels) bool { return set["source_workload_namespace"] != unknown }

// clusterID is the default of cluster_id.
const clusterID = "Kubernetes"

// inALS are of Envoy's access log service.
var inALS = []rule{
	{where: isOutbound, instead: unknownOf(slices.Concat(principals, sideLabels("destination"))...)},
	{where: toServiceEntry, instead: unknownOf("destination_service_namespace")},
	{where: and(isInbound, isUnsecured), instead: labels{"destination_service": server.app}},
	{where: and(toNobody, isRequest), instead: service("nobody.shop:8080", "nobody.shop:8080", unknown)},
	{where: and(toNobody, isTCP), instead: blackHole(unknown), ip: nobodyVIP},
}

func isTCP(set labels) bool { return !isRequest(set) }

// inALSByTCP are of the logger for TCP alone besides.
var inALSByTCP = []rule{
	{where: isRequest, instead: labels{"response_code": unknown, "request_protocol": "http", "grpc_response_status": ""}},
	{where: and(isRequest, leavesMesh), instead: unknownOf("destination_service")},
	{where: and(isRequest, toNobody), instead: service(unknown, unknown, unknown)},
}

// inText are of Istio's lines.
var inText = []rule{
	{where: always, instead: unknownOf(slices.Concat(principals, sideLabels("source"), sideLabels("destination"))...)},
	{where: always, instead: unknownOf("connection_security_policy")},
	{where: isRequest, instead: labels{"grpc_response_status": ""}},
	{where: toServiceEntry, instead: unknownOf("destination_service_namespace")},
	{where: and(isInbound, isUnsecured, toService), instead: service(unknown, unknown, unknown)},
	{where: and(isInbound, isUnsecured), instead: unknownOf("destination_service", "destination_service_namespace")},
	// cluster_id stands for the proxy's own cluster.
	{where: isOutbound, instead: labels{"source_cluster": clusterID}},
	{where: isInbound, instead: labels{"destination_cluster": clusterID}},
}
