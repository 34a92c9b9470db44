// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// gap is a part of the labels that a way of logging may not tell, as the table
// calls it. The first ones take what later ones would.
type gap struct {
	name   string
	labels []string
}

var gaps = []gap{
	{"sender", without(sideLabels("source"), "source_cluster")},
	{"sender but its namespace", without(sideLabels("source"), "source_cluster", "source_workload_namespace")},
	{"sender's cluster", []string{"source_cluster"}},
	{"receiver", without(sideLabels("destination"), "destination_cluster")},
	{"receiver's cluster", []string{"destination_cluster"}},
	{"receiver's app and version", []string{"destination_app", "destination_version"}},
	{"principals", principals},
	{"service", []string{"destination_service", "destination_service_name", "destination_service_namespace"}},
	{"service's namespace", []string{"destination_service_namespace"}},
	{"service's host", []string{"destination_service"}},
	{"policy", []string{"connection_security_policy"}},
	{"code", []string{"response_code"}},
	{"gRPC", []string{"request_protocol", "grpc_response_status"}},
}

func without(names []string, left ...string) []string {
	return slices.DeleteFunc(names, func(l string) bool { return slices.Contains(left, l) })
}

// gapsOf says what told lacks of the truth: the gaps, and what is there in place
// of it where that is not unknown.
func gapsOf(truth, told labels) []string {
	missing := map[string]bool{}
	for name := range expect.Join(truth, told) {
		if truth[name] != told[name] {
			missing[name] = true
		}
	}
	var all []string
	for _, g := range gaps {
		// Of a group only what is known can be missing.
		group := slices.DeleteFunc(slices.Clone(g.labels), func(l string) bool { return truth[l] == told[l] && !known(truth, l) })
		if len(group) == 0 || slices.ContainsFunc(group, func(l string) bool { return !missing[l] }) {
			continue
		}
		all = append(all, g.name+insteadOf(group, told))
		for _, l := range group {
			delete(missing, l)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(missing)) {
		all = append(all, "`"+l+"`"+insteadOf([]string{l}, told))
	}
	return all
}

// insteadOf shows values that are there and not true.
func insteadOf(group []string, told labels) string {
	var wrong []string
	for _, l := range group {
		if known(told, l) && !slices.Contains(wrong, "`"+told[l]+"`") {
			wrong = append(wrong, "`"+told[l]+"`")
		}
	}
	if len(wrong) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(wrong, ", "))
}
