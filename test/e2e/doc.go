// SPDX-License-Identifier: Apache-2.0

// Package e2e runs the whole chain of real parts: clients whose traffic goes
// through real Envoys, their access log to the built gateway, the gateway's
// remote write to Prometheus' own code, and there PromQL. `make test-e2e`
// builds the parts and runs it.
//
// A test is a scenario: a format of the access log, and a table of traffic with
// the labels that each kind must get. It passes only if Prometheus then holds
// exactly the series expected, with all their labels and exact totals, and no
// other series at all.
package e2e
