// SPDX-License-Identifier: Apache-2.0

// Package otlplogs decodes requests of OTLP's logs service, as pdata does, with fewer
// allocations: the names of attributes are the same from record to record and are kept,
// and the strings of a record are parts of one.
//
// A string of a record therefore keeps all of them in memory. Who keeps one longer than the
// record copies it.
//
// It decodes what [wire.Message.Measure] found to be good and common, and nothing else.
package otlplogs // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlplogs"
