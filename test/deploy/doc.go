// SPDX-License-Identifier: Apache-2.0

// Package deploy holds deploy/kubernetes to what it has to fit: the API of
// Kubernetes, the configurations in config, and the providers in deploy/istio.
//
// Invariant: it is tests only.
package deploy
