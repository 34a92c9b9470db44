// SPDX-License-Identifier: Apache-2.0

package loopback

// Metrics is where Prometheus scrapes Envoy's own metrics.
func (s *Sidecar) Metrics() string { return s.admin + "/stats/prometheus" }
