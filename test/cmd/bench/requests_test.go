// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"regexp"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/protobuf/proto"
)

// istioText is Istio's default text format, told by its shape.
var istioText = regexp.MustCompile(`^\[[^]]+\] "([^ ]+ [^ ]+ [^ ]+)" \d+ \S+ \S+ - "-" \d+ \d+ \d+ (\d+|-) "-" "[^"]+" "[^"]+" "[^"]+" "[^"]+" \S+ \S+ \S+ \S+ \S+ \S+\n$`)

func TestNewRequests(t *testing.T) {
	for _, c := range cells {
		t.Run(c.name(), func(t *testing.T) {
			requests, err := newRequests(c)
			require.NoError(t, err)
			var total amount
			for _, r := range requests {
				total.add(r.amount, 1)
				if c.format == formatALS {
					checkALS(t, c, r)
					continue
				}
				logs := unmarshal(t, r)
				assert.Equal(t, c.perRequest, logs.LogRecordCount())
				checkRecords(t, c, logs, r.amount)
			}
			assert.EqualValues(t, distinctRecords, total.records)
			assert.Equal(t, total.records, total.requests+total.connections)
			assert.Positive(t, total.connections)
			assert.Positive(t, total.tcpOut)
		})
	}
}

func unmarshal(t *testing.T, r request) plog.Logs {
	t.Helper()
	message := plogotlp.NewExportRequest()
	require.NoError(t, message.UnmarshalProto(r.bytes))
	return message.Logs()
}

func checkRecords(t *testing.T, c cell, logs plog.Logs, want amount) {
	t.Helper()
	var requests int64
	for _, record := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		match := istioText.FindStringSubmatch(record.Body().Str())
		require.NotNil(t, match, record.Body().Str())
		if match[1] != "- - -" {
			requests++
		}
		if c.format == formatAttributes {
			assert.GreaterOrEqual(t, record.Attributes().Len(), 39)
		} else {
			assert.Zero(t, record.Attributes().Len())
		}
	}
	assert.Equal(t, want.requests, requests)
}

func checkALS(t *testing.T, c cell, r request) {
	t.Helper()
	message := new(servicev3.StreamAccessLogsMessage)
	require.NoError(t, proto.Unmarshal(r.bytes, message))
	assert.Len(t, message.GetHttpLogs().GetLogEntry(), c.perRequest)
	assert.Nil(t, message.GetIdentifier())
	var requests, ids int64
	for _, e := range message.GetHttpLogs().GetLogEntry() {
		ids++
		if e.GetCommonProperties().GetAccessLogType() == accesslogv3.AccessLogType_DownstreamEnd {
			requests++
			ids++ // the request's own
		}
		assert.NotNil(t, e.GetCommonProperties().GetDownstreamLocalAddress())
	}
	assert.Equal(t, r.amount.requests, requests)
	assert.Len(t, r.ids, int(ids))
}

func TestIdentifier(t *testing.T) {
	b, err := identifier(newSender(0), 1)
	require.NoError(t, err)
	assert.InDelta(t, 64<<10, len(b), 16<<10, "as large as a real one")
}

func TestTextOfKinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for k, want := range map[kind]string{
		httpKnown:       ` outbound\|8080\|\|shop-\d+\.team-\d\.svc\.cluster\.local .* default\n$`,
		httpInbound:     ` inbound\|8080\|\| 127\.0\.0\.6:\d+ .* outbound_\.8080_\._\.shop-00\.team-0\.svc\.cluster\.local default\n$`,
		httpPassthrough: ` "api-\d\.vendor-00\.example" "203\.0\.113\.\d+:80" PassthroughCluster .* - allow_any\n$`,
		httpBlocked:     ` 502 - direct_response - .* "api-\d\.vendor-00\.example" "-" - - 203\.0\.113\.\d+:80 \S+ - block_all\n$`,
		grpcKnown:       `"POST /shop\.v1\.Items/Get HTTP/2" 200 - `,
		tcpPassthrough:  `"- - -" 0 - - - "-" \d+ \d+ \d+ - "-" "-" "-" "-" "203\.0\.113\.\d+:5432" PassthroughCluster .* - -\n$`,
		tcpBlocked:      `"- - -" 0 UH - - "-" 0 0 0 - .* "-" BlackHoleCluster - 203\.0\.113\.\d+:5432 \S+ - -\n$`,
	} {
		e := newEntry(rng, newSender(0), k)
		assert.Regexp(t, want, e.text())
	}
}

func TestMedianOf(t *testing.T) {
	assert.InDelta(t, 2, medianOf([]float64{3, 1, 2}), 0)
	assert.InDelta(t, 2.5, medianOf([]float64{4, 1, 2, 3}), 0)
}

func TestEnvFlag(t *testing.T) {
	e := envFlag{}
	require.NoError(t, e.Set("GOGC=400"))
	require.NoError(t, e.Set("FLUSH_INTERVAL="))
	require.Error(t, e.Set("GOGC"))
	assert.Equal(t, envFlag{"GOGC": "400", "FLUSH_INTERVAL": ""}, e)
}
