// SPDX-License-Identifier: Apache-2.0

// Package checkconverter checks what no component can see alone, or does not tell:
// the environment, settings of several components together, and whether there are
// log files to read. It changes nothing.
//
// It is a converter of the Collector's configuration. A distribution lists it under
// `converters` of its builder file.
package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"
