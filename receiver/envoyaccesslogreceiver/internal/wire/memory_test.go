// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"
)

// floods are requests that take much more memory than bytes.
func floods(n int) map[string][]byte {
	attribute := sub(6)
	return map[string][]byte{
		"nothing":                   nil,
		"records":                   sub(1, sub(2, times(n, sub(2)))),
		"scopes":                    sub(1, times(n, sub(2))),
		"deprecated scopes":         sub(1, times(n, sub(1000))),
		"resources":                 times(n, sub(1)),
		"attributes":                record(times(n, attribute)),
		"attributes of a resource":  sub(1, sub(1, times(n, sub(1)))),
		"attributes of a scope":     sub(1, sub(2, sub(1, times(n, sub(3))))),
		"attributes of each record": sub(1, sub(2, times(n/5, sub(2, times(5, attribute))))),
		"one attribute a record":    sub(1, sub(2, times(n, sub(2, attribute)))),
		"entities":                  sub(1, sub(1, times(n, sub(3)))),
		"keys of an entity":         sub(1, sub(1, sub(3, times(n, sub(3))))),
		"values in an array":        record(sub(5, sub(5, times(n, sub(1))))),
		"values in a map":           record(sub(5, sub(6, times(n, sub(1))))),
		"booleans":                  record(sub(5, sub(5, times(n, sub(1, num(2, 1)))))),
		"numbers over each other":   record(sub(5, times(n, num(3, 1)))),
		"strings of one byte":       record(sub(5, sub(5, times(n, sub(1, sub(1, []byte("x"))))))),
		"strings over each other":   record(times(n, sub(3, []byte("x")))),
		"bytes":                     record(sub(5, sub(5, times(n, sub(1, sub(7, []byte("x"))))))),
		"empty arrays":              record(sub(5, sub(5, times(n, sub(1, sub(5)))))),
		"empty maps":                record(sub(5, sub(5, times(n, sub(1, sub(6)))))),
		"nested arrays":             record(sub(5, nest(2*min(n, 4000), nil, 1, 5))),
		"nested maps":               record(sub(5, nest(3*min(n, 3000), nil, 2, 1, 6))),
		"unknown fields":            record(times(n, sub(15))),
		"a long string":             record(sub(5, sub(1, times(n, []byte("x"))))),
	}
}

// floodSizes are near the lengths at which slices and maps grow.
var floodSizes = []int{1, 2, 9, 100, 849, 20001}

func TestMemoryOfFloods(t *testing.T) {
	for _, n := range floodSizes {
		for name, request := range floods(n) {
			t.Run(fmt.Sprint(name, "/", n), func(t *testing.T) {
				size, err := OTLPLogs.Measure(request, noLimits)
				require.NoError(t, err)
				requireBound(t, size, func() any {
					decoded := plogotlp.NewExportRequest()
					require.NoError(t, decoded.UnmarshalProto(request))
					return decoded
				})
			})
		}
	}
}

// TestMemoryOfCaptures looks at what real proxies sent: the bound is near to
// what is allocated.
func TestMemoryOfCaptures(t *testing.T) {
	for _, file := range []string{
		"sidecars/text", "sidecars/labels", "hostile/text", "hostile/labels",
		"recommended-labels/text", "recommended-labels/labels", "tcp-periodic/labels",
	} {
		for _, records := range []int{1, 3, 500} {
			t.Run(fmt.Sprint(file, "/", records), func(t *testing.T) {
				request := otlptest.Request(t, filepath.FromSlash(file)+".jsonl", records)
				proto, err := request.MarshalProto()
				require.NoError(t, err)
				size, err := OTLPLogs.Measure(proto, noLimits)
				require.NoError(t, err)
				assert.Equal(t, records, size.Records)
				assert.False(t, size.InvalidUTF8)
				ratio := requireBound(t, size, func() any {
					decoded := plogotlp.NewExportRequest()
					require.NoError(t, decoded.UnmarshalProto(proto))
					return decoded
				})
				if records > 1 {
					assert.Less(t, ratio, 2.5)
				}

				json, err := request.MarshalJSON()
				require.NoError(t, err)
				size, err = MeasureJSON(json, noLimits)
				require.NoError(t, err)
				assert.Equal(t, records, size.Records)
				ratio = requireBound(t, size, func() any {
					decoded := plogotlp.NewExportRequest()
					require.NoError(t, decoded.UnmarshalJSON(json))
					return decoded
				})
				if records > 1 {
					assert.Less(t, ratio, 2.5)
				}
			})
		}
	}
}

// jsonRecord gives a request in JSON with one log record out of its fields.
func jsonRecord(fields string) string {
	return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{` + fields + `}]}]}]}`
}

func jsonFloods(n int) map[string]string {
	list := func(element string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
	}
	body := func(value string) string { return jsonRecord(`"body":` + value) }
	deep := min(n, 2000)
	return map[string]string{
		"records":           `{"resourceLogs":[{"scopeLogs":[{"logRecords":` + list(`{}`) + `}]}]}`,
		"records of null":   `{"resourceLogs":[{"scopeLogs":[{"logRecords":` + list(`null`) + `}]}]}`,
		"scopes":            `{"resourceLogs":[{"scopeLogs":` + list(`{}`) + `}]}`,
		"resources":         `{"resourceLogs":` + list(`{}`) + `}`,
		"attributes":        jsonRecord(`"attributes":` + list(`{}`)),
		"values":            body(`{"arrayValue":{"values":` + list(`{"intValue":"1"}`) + `}}`),
		"doubles":           body(`{"arrayValue":{"values":` + list(`{"doubleValue":1.2345678901234567890123}`) + `}}`),
		"empty arrays":      body(`{"arrayValue":{"values":` + list(`{"arrayValue":null}`) + `}}`),
		"bytes":             body(`{"arrayValue":{"values":` + list(`{"bytesValue":"eA=="}`) + `}}`),
		"escapes":           body(`{"stringValue":"` + strings.Repeat(`\n`, n) + `"}`),
		"many with escapes": body(`{"arrayValue":{"values":` + list(`{"stringValue":"a\u00e9b"}`) + `}}`),
		"nested arrays":     body(strings.Repeat(`{"arrayValue":{"values":[`, deep) + strings.Repeat(`]}}`, deep)),
		"unknown arrays":    jsonRecord(`"x":` + strings.Repeat("[", deep) + strings.Repeat("]", deep)),
		"unknown names":     jsonRecord(`"x":{` + strings.TrimSuffix(strings.Repeat(`"y":1,`, n), ",") + `}`),
		"unknown numbers":   jsonRecord(`"x":` + list(`-1.5e3`)),
		"keys of an entity": `{"resourceLogs":[{"resource":{"entityRefs":[{"idKeys":` + list(`"a"`) + `}]}}]}`,
	}
}

func TestMemoryOfFloodsInJSON(t *testing.T) {
	for _, n := range floodSizes {
		for name, request := range jsonFloods(n) {
			t.Run(fmt.Sprint(name, "/", n), func(t *testing.T) {
				// The test's own copy is not what decoding takes.
				request := []byte(request)
				size, err := MeasureJSON(request, noLimits)
				require.NoError(t, err)
				requireBound(t, size, func() any {
					decoded := plogotlp.NewExportRequest()
					require.NoError(t, decoded.UnmarshalJSON(request))
					return decoded
				})
			})
		}
	}
}
