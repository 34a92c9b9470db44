// SPDX-License-Identifier: Apache-2.0

// Package kubernetes runs the distribution for Kubernetes as
// config/kubernetes.yaml has it, beside a stand-in for the Kubernetes API that
// knows one pod: the one that a record's connection comes from.
package kubernetes
