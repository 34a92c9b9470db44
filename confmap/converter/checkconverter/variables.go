// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"regexp"
	"slices"
	"strings"
)

// variables are those that the files of config/ read. A converter does not see
// which ones a configuration names: they are filled in before. A test compares
// this list with the files.
var variables = []string{
	"ALS_GRPC_ENDPOINT",
	"ALS_MAX_CONNECTION_AGE",
	"BLOCKED_WITHOUT_CLUSTER",
	"CLUSTER_CIDRS",
	"CLUSTER_ID",
	"DESTINATION_HOST",
	"DESTINATION_IP",
	"DESTINATION_IP_LIMIT",
	"EGRESS_MAX_ROWS",
	"EGRESS_RETENTION",
	"FLUSH_INTERVAL",
	"GC_PERCENT",
	"HEALTH_ENDPOINT",
	"HISTOGRAM_KIND",
	"HOST_HEADER_FALLBACK",
	"INSTANCE_ID",
	"IN_FLIGHT_MIB",
	"ISTIO_RESOURCES",
	"ISTIO_SCHEMA",
	"KUBERNETES_AUTH_TYPE",
	"KUBERNETES_WAIT",
	"LOG_BACKEND_ENDPOINT",
	"LOG_LEVEL",
	"MAX_CONNECTIONS",
	"MAX_SERIES",
	"MAX_STREAMS",
	"MEMORY_LIMIT_MIB",
	"MESH_MODE",
	"NAMESPACES",
	"OTLP_GRPC_ENDPOINT",
	"OTLP_HTTP_ENDPOINT",
	"PAGE_ENDPOINT",
	"PAGE_FILES",
	"PAGE_PEERS_DNS",
	"PAGE_PEERS_ENDPOINT",
	"POD_LOGS",
	"POLL_INTERVAL",
	"PPROF_ENDPOINT",
	"PROMETHEUS_ENDPOINT",
	"REMOTE_WRITE_ENDPOINT",
	"REMOTE_WRITE_PROTOCOL",
	"REMOTE_WRITE_QUEUE_MIB",
	"REMOTE_WRITE_TIMEOUT",
	"REVERSE_DNS",
	"SERVICE_NAME",
	"SHUTDOWN_TIMEOUT",
	"START_AT",
	"STATE_DIRECTORY",
	"SUGGESTIONS_MIN_DAYS",
	"TELEMETRY_HOST",
	"TELEMETRY_PORT",
	"TLS_CERT_FILE",
	"TLS_CLIENT_CA_FILE",
	"TLS_KEY_FILE",
	"TLS_RELOAD_INTERVAL",
	"ZPAGES_ENDPOINT",
}

// others are names that are close to one of ours, and that something else sets.
var others = []string{
	"CLUSTER_IP",
	"INSTANCE_IP", // Istio, in the pods of its proxies
	"INSTANCE_IPS",
}

// misspelling is a variable of the environment and the one that is meant.
type misspelling struct{ name, known string }

// misspelled finds the variables that are almost one of ours.
func misspelled(environment []string) (found []misspelling) {
	var names []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(variables, name) || slices.Contains(others, name) || isOfService(name, names) {
			continue
		}
		if known := closest(name); known != "" {
			found = append(found, misspelling{name, known})
		}
	}
	return found
}

// ofService matches what Kubernetes sets for each Service of the namespace.
// Source: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
var ofService = regexp.MustCompile(`^(.+?)_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// isOfService tells whether Kubernetes set the variable: it does not set one of
// them alone. The names are in order.
func isOfService(name string, names []string) bool {
	parts := ofService.FindStringSubmatch(name)
	if parts == nil {
		return false
	}
	_, found := slices.BinarySearch(names, parts[1]+"_SERVICE_HOST")
	return found
}

// closest is the known variable that a name differs from in one or two letters, or
// in case and underscores. It is empty if there is none. A name of one word says too
// little: NAMESPACE may be anybody's.
func closest(name string) (known string) {
	least := maxDistance + 1
	for _, v := range variables {
		if name == "" || !strings.Contains(v, "_") {
			continue
		}
		if strings.EqualFold(strings.ReplaceAll(v, "_", ""), strings.ReplaceAll(name, "_", "")) {
			return v
		}
		if name[:1] != v[:1] {
			continue // SSL_CERT_FILE is not meant to be TLS_CERT_FILE
		}
		if d := distance(name, v); d < least && d*lettersPerMistake <= len(v) {
			known, least = v, d
		}
	}
	return known
}

const (
	// maxDistance is how many letters may be wrong.
	maxDistance = 2
	// lettersPerMistake keeps short names from being like anything.
	lettersPerMistake = 5
)
