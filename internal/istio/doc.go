// SPDX-License-Identifier: Apache-2.0

// Package istio holds Istio's rules: what the record of an access log says in
// terms of Istio's standard metrics. Its functions are pure. They know records
// through package accesslog and metrics through package contract, and nothing of
// formats, pdata or configuration files.
//
// Classify says what kind of record it is, Derive gives it labels. Where
// destination_service_name comes from stands in setService, where the names of
// workloads come from in identityTable. Package names reads the names that Istio
// gives, package workload what a record says about a workload.
//
// Invariant: a label never says more than the record proves. What a client
// wrote never turns traffic that leaves the mesh into a known service.
package istio
