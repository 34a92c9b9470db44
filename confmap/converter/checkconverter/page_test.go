// SPDX-License-Identifier: Apache-2.0

package checkconverter

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

const shown = `
connectors:
  istio_egress: {page: egress_page}
  istio_egress/unseen:
extensions:
  egress_page:
  zpages:
`

func TestPage(t *testing.T) {
	for name, test := range map[string]struct{ service, want string }{
		"replaced": {
			"{extensions: [zpages], pipelines: {logs: {exporters: [istio_egress]}}}",
			"`service::extensions` must have \"egress_page\", which `connectors::istio_egress::page` names, got [\"zpages\"]",
		},
		"none":       {"{pipelines: {logs: {exporters: [istio_egress]}}}", "`connectors::istio_egress::page`"},
		"there":      {"{extensions: [zpages, egress_page], pipelines: {logs: {exporters: [istio_egress]}}}", ""},
		"not in use": {"{extensions: [zpages], pipelines: {logs: {exporters: [debug]}}}", ""},
		"no page":    {"{extensions: [zpages], pipelines: {logs: {exporters: [istio_egress/unseen]}}}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := convert(t, shown+"service: "+test.service)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestDestinationLabels(t *testing.T) {
	const (
		host = "processors::istio_labels::destination_host::enabled"
		ip   = "processors::istio_labels::destination_ip::enabled"
	)
	for name, test := range map[string]struct {
		labels, exporter string
		want             []any
	}{
		"both on":          {"{destination_host: {enabled: true}, destination_ip: {enabled: on}}", "istio_egress", nil},
		"one off":          {"{destination_host: {enabled: true}, destination_ip: {enabled: off}}", "istio_egress", []any{ip}},
		"off in quotes":    {`{destination_host: {enabled: "False"}, destination_ip: {enabled: "on"}}`, "istio_egress", []any{host}},
		"by itself":        {"{}", "istio_egress", []any{host, ip}},
		"nothing":          {"", "istio_egress", []any{host, ip}},
		"no switch":        {"{destination_host: {enabled: maybe}, destination_ip: {enabled: true}}", "istio_egress", nil},
		"without a ledger": {"{}", "istio_metrics", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			core, logs := observer.New(zap.WarnLevel)
			c := &converter{logger: zap.New(core), environment: func() []string { return nil }, validateOutput: &out}
			require.NoError(t, c.Convert(t.Context(), confOf(t, `
connectors: {istio_egress: , istio_metrics: }
processors: {istio_labels: `+test.labels+`}
service: {pipelines: {logs: {processors: [istio_labels], exporters: [`+test.exporter+`]}}}`)))
			var told []any
			for _, entry := range logs.All() {
				told = append(told, entry.ContextMap()["key"])
				assert.Contains(t, out.String(), entry.ContextMap()["key"])
			}
			assert.Equal(t, test.want, told)
			assert.Equal(t, test.want == nil, out.Len() == 0)
		})
	}
}

// A processor that is not in the configuration is the Collector's to refuse.
func TestNoComponents(t *testing.T) {
	assert.Empty(t, withoutDestination(newComponents(confmap.New())))
}
