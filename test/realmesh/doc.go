// SPDX-License-Identifier: Apache-2.0

// Package realmesh applies deploy/istio to Istio's own mesh, sends every kind of
// traffic that proxies tell apart, and holds what Prometheus then has against the
// truth: every series with all its labels, and exact totals, by each way of
// logging. `make test-mesh` builds what it needs, and runs it; it needs root.
//
// The control plane is the program of test/controlplane, in a module of its own because
// of what Istio depends on. All else is here, in the module of the other tests,
// so that a change to a test does not link Istio again.
package realmesh
