// SPDX-License-Identifier: Apache-2.0

// Command egressctl asks a gateway's page for Istio resources, and checks resources
// against the traffic that the gateway has seen: in a terminal, or in a pipeline of a
// repository of configuration.
//
//	egressctl suggest [-n NAMESPACE] [-dir DIRECTORY]
//	egressctl diff -f FILE... [-n NAMESPACE]
//	egressctl whatif -f FILE... [-n NAMESPACE] [-mode REGISTRY_ONLY]
//
// COMMAND -h lists all flags.
//
// Build it with `go build ./cmd/egressctl`: `go run` turns each exit code into 1. The URL
// of the page is that of -url, else that of the environment variable EGRESS_PAGE_URL.
//
// FILE is a file, a directory with all below it but what begins with a dot, or - for the
// input. Resources of kinds that have no part in outbound traffic, such as Deployments and
// Secrets, are not sent. Nor are documents in a directory that have no field of a
// Kubernetes resource, and Helm charts, which must be rendered first: give the result to
// -f -. Standard error says what was left out. The rest may have 1 MiB.
//
// The exit codes:
//
//	0  all is well
//	1  the resources do not fit the traffic: something is missing or changed (diff), would
//	   break (whatif), or is what -unused, -holes and -strict ask for
//	2  that could not be told: wrong flags, files that cannot be read, no answer, or not
//	   that of all gateways. For diff and whatif also if no traffic was seen, or none of
//	   the namespace or workload that is asked for
package main
