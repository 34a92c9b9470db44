// SPDX-License-Identifier: Apache-2.0

// Package alerts shows that records which arrive at the built gateway raise the alerts
// that are shipped, in a whole Prometheus, and that the alerts end.
//
// All times of the rules are divided, so that a day takes minutes. What the times
// themselves are worth is tested with promtool, beside the rules.
//
// Invariant: it is tests only.
package alerts
