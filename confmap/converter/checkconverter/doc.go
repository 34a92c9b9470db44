// SPDX-License-Identifier: Apache-2.0

// Package checkconverter checks what no component can see alone: the environment,
// and settings of several components together. It changes nothing.
//
// It is a converter of the Collector's configuration. A distribution lists it under
// `converters` of its builder file.
package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"
