// SPDX-License-Identifier: Apache-2.0

// Package dashboards tests the dashboards of deploy/grafana without a Grafana. The
// built gateway gets recorded traffic, and what it writes and shows stands in a
// Prometheus made of Prometheus' code, which then answers what the dashboards ask. So do
// the queries of Istio's own dashboards and of Kiali.
//
// Not tested: how Grafana draws the answers.
package dashboards
