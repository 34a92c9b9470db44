// SPDX-License-Identifier: Apache-2.0

package expect

import "maps"

// Labels are those of a series, or some of them.
type Labels map[string]string

// Join puts sets of labels into one. Of a name in several the last one counts;
// an empty value takes a label away.
func Join(sets ...Labels) Labels {
	all := Labels{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// Istio are the labels that each series of Istio's has, with the values that
// stand there when nothing is known.
var Istio = Labels{
	"reporter":                       "unknown",
	"source_workload":                "unknown",
	"source_canonical_service":       "unknown",
	"source_canonical_revision":      "latest",
	"source_workload_namespace":      "unknown",
	"source_principal":               "unknown",
	"source_app":                     "unknown",
	"source_version":                 "unknown",
	"source_cluster":                 "unknown",
	"destination_workload":           "unknown",
	"destination_workload_namespace": "unknown",
	"destination_principal":          "unknown",
	"destination_app":                "unknown",
	"destination_version":            "unknown",
	"destination_service":            "unknown",
	"destination_canonical_service":  "unknown",
	"destination_canonical_revision": "latest",
	"destination_service_name":       "unknown",
	"destination_service_namespace":  "unknown",
	"destination_cluster":            "unknown",
	"request_protocol":               "unknown",
	"response_flags":                 "unknown",
	"connection_security_policy":     "unknown",
}
