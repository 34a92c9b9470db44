// SPDX-License-Identifier: Apache-2.0

// Command egressctl asks a gateway's page for Istio resources, and checks resources
// against the traffic that the gateway has seen: in a terminal, or in a pipeline of a
// repository of configuration.
//
//	egressctl suggest [-n NAMESPACE] [-dir DIRECTORY]
//	egressctl diff -f FILE... [-n NAMESPACE]
//	egressctl whatif -f FILE... [-n NAMESPACE] [-mode REGISTRY_ONLY]
//
// Its exit code is 0 if all is well, 1 if the resources do not fit the traffic, and 2 if
// that could not be told.
package main
