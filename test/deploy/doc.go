// Package deploy holds deploy/kubernetes to what it has to fit: the API of
// Kubernetes, the configurations in config, the providers in deploy/istio and
// its own README.
//
// Invariant: it is tests only.
package deploy
