// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

// difference is a label that has one value by OTLP, with all recommended labels,
// and another by ALS. README.md explains each.
type difference struct{ label, otlp, als string }

// explained tells which differences may be, and README.md says why.
func (d difference) explained(event map[string]string) bool {
	switch d.label {
	case "source_principal", "destination_principal":
		return event["reporter"] == "source" && d.als == "unknown"
	case "destination_workload", "destination_workload_namespace", "destination_canonical_service", "destination_canonical_revision", "destination_cluster":
		return event["reporter"] == "source" && (d.als == "unknown" || d.als == "latest")
	case "destination_service_namespace":
		return d.als == "unknown"
	case contract.AttrNameSource: // of a ServiceEntry that looks like a blocked destination
		return event["response_flags"] == "UH" && d.otlp == string(contract.NameOfEntry)
	case "destination_service", "destination_service_name":
		return event["response_flags"] == "UH" && (d.als == "unknown" || d.als == "BlackHoleCluster")
	case "request_protocol":
		return d.otlp == "grpc" && d.als == "http"
	case "grpc_response_status":
		return d.als == ""
	default:
		return false
	}
}

// TestCapturesAgainstOTLP compares the labels and numbers of the same requests
// and connections as proxies sent them by OTLP and by ALS.
func TestCapturesAgainstOTLP(t *testing.T) {
	settings := readLabelsYAML(t)
	found := map[difference]int{}
	for _, mesh := range meshes {
		byALS := label(t, nil, receive(t, als.KeepAuto, ofKind(readCapture(t, mesh), entry.HTTP)))
		byOTLP := label(t, settings, readOTLP(t, mesh))
		compared := 0
		for event, want := range byOTLP {
			got, ok := byALS[event]
			if !ok || !contract.Verdict(want[contract.AttrVerdict]).Counted() {
				continue // the proxies were told to send other records by OTLP, or it is no end
			}
			compared++
			for name, value := range want {
				if got[name] == value {
					continue
				}
				d := difference{name, value, got[name]}
				found[d]++
				assert.True(t, d.explained(want), "%s: %+v\n%v", event, d, want)
			}
		}
		assert.NotZero(t, compared)
	}
	checkDifferences(t, found)
}

// checkDifferences holds the table of records.md to what was found.
func checkDifferences(t *testing.T, found map[difference]int) {
	t.Helper()
	text := document(t, "records.md")
	for d := range found {
		if !strings.Contains(text, "`"+d.label+"`") {
			assert.Fail(t, "records.md does not have it", "%+v", d)
		}
	}
}

func readLabelsYAML(t *testing.T) map[string]any {
	t.Helper()
	b, err := os.ReadFile("../../testdata/captures/labels.yaml")
	require.NoError(t, err)
	var c struct {
		Processors map[string]map[string]any
	}
	require.NoError(t, yaml.Unmarshal(b, &c))
	return c.Processors["istio_labels"]
}

func readOTLP(t *testing.T, mesh string) (requests []plog.Logs) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../testdata/captures", mesh, "labels.jsonl"))
	require.NoError(t, err)
	for line := range bytes.Lines(b) {
		request, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		require.NoError(t, err)
		requests = append(requests, request)
	}
	return requests
}

// label gives the labels and numbers of each event. An event is named by its
// proxy's address, its stream, its type and how many of that type came before.
func label(t *testing.T, settings map[string]any, requests []plog.Logs) map[string]map[string]string {
	t.Helper()
	factory := istiolabelsprocessor.NewFactory()
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"labels_on": "record", "destination_ip": map[string]any{"enabled": true}}).Unmarshal(cfg))
	sink := new(consumertest.LogsSink)
	p, err := factory.CreateLogs(t.Context(), processortest.NewNopSettings(factory.Type()), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range requests {
		copied := plog.NewLogs()
		request.CopyTo(copied)
		require.NoError(t, p.ConsumeLogs(t.Context(), copied))
	}
	require.NoError(t, p.Shutdown(context.WithoutCancel(t.Context())))

	events := map[string]map[string]string{}
	for _, ld := range sink.AllLogs() {
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					values := map[string]string{}
					for name, v := range lr.Attributes().All() {
						if name == contract.AttrIncarnation || strings.HasPrefix(name, contract.SlotPrefix) {
							continue // of this processor alone
						}
						if _, isLabel := contract.LabelByName(name); isLabel || contract.Owns(name) {
							values[name] = v.AsString()
						}
					}
					id, _ := lr.Attributes().Get("stream_id")
					kind, _ := lr.Attributes().Get("access_log_type")
					for i := 0; ; i++ {
						name := fmt.Sprintf("%s %s %s %d", values["reporter"], id.Str(), kind.Str(), i)
						if events[name] == nil {
							events[name] = values
							break
						}
					}
				}
			}
		}
	}
	return events
}
