// SPDX-License-Identifier: Apache-2.0

// Package helm holds the chart of deploy/helm to the folders of
// deploy/kubernetes, deploy/prometheus and deploy/grafana: for the same settings
// both give the same objects.
//
// Each folder of testdata is a setting. values.yaml is what Helm gets, and
// kustomization.yaml is the same for kustomize.
//
// It is tests only.
package helm
