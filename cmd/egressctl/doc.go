// SPDX-License-Identifier: Apache-2.0

// Command egressctl asks a gateway's page for Istio resources, and checks resources
// against the traffic that the gateway has seen: in a terminal, or in a pipeline of a
// repository of configuration.
//
//	egressctl suggest [-n NAMESPACE] [-dir DIRECTORY]
//	egressctl diff -f FILE... [-n NAMESPACE]
//	egressctl whatif -f FILE... [-n NAMESPACE] [-mode REGISTRY_ONLY]
//
// Build it with `go build ./cmd/egressctl`: `go run` turns each exit code into 1. The URL
// of the page is that of -url, else that of the environment variable EGRESS_PAGE_URL.
//
// Its exit code is 0 if all is well, 1 if the resources do not fit the traffic, and 2 if
// that could not be told, or if no traffic was seen.
package main
