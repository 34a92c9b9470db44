// SPDX-License-Identifier: Apache-2.0

package read

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/accesslogtest"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// FuzzRead reads bodies of any bytes, alone and beside attributes. A record is
// an access log or has a reason, and the next one is read as if it were the
// first.
func FuzzRead(f *testing.F) {
	f.Add([]byte(line), []byte("-"))
	f.Add([]byte(json), []byte("x"))
	f.Add([]byte("hello | world"), []byte(""))
	f.Add([]byte(line+"\n"+line), []byte("\n"))
	f.Add([]byte(`{"log":"`+agentText[:27]+`","message":"{\"log\":\"x\"}"}`), []byte(proxyID))
	f.Add([]byte(`{"log":`+agentJSON+`,"message":-}`), []byte("Unavailable"))
	f.Fuzz(func(t *testing.T, body, value []byte) {
		for _, text := range []string{"", "%REQ(X-A)% | %ROUTE_NAME%"} {
			r := newReader(t, text, map[string]string{"both": "%RESPONSE_CODE% %RESPONSE_FLAGS%"})
			for _, attributes := range []map[string]any{nil, {"response_flags": string(value)}, {"both": string(value), "pod": body}} {
				found, _ := r.all(request(t, body, attributes, map[string]any{"namespace": string(value)}))
				accesslogtest.AssertConsistent(t, found.Record)
				assert.Contains(t, []contract.Verdict{"", contract.VerdictNoFormat, contract.VerdictBadText, contract.VerdictBadJSON}, found.Reason)
			}
			found, _ := r.all(request(t, line, nil, nil))
			fresh, _ := newReader(t, text, nil).all(request(t, line, nil, nil))
			assert.Equal(t, fresh.Reason, found.Reason)
			for op, v := range fresh.Record.Each {
				assert.Equal(t, v, found.Record.Raw(op))
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for name, attributes := range map[string]map[string]any{"text": nil, "attributes": {
		"response_code": "200", "response_flags": "-", "upstream_cluster_raw": "PassthroughCluster", "upstream_host": "203.0.113.10:80",
		"route_name": "allow_any", "duration": "9", "downstream_local_address": "203.0.113.10:80", "authority": "e3.example",
		"bytes_received": "1", "bytes_sent": "2",
	}} {
		b.Run(name, func(b *testing.B) {
			r := newReader(b, "", nil)
			lr := plog.NewLogRecord()
			lr.Body().SetStr(line)
			if err := lr.Attributes().FromRaw(attributes); err != nil {
				b.Fatal(err)
			}
			var rec accesslog.Record
			b.ReportAllocs()
			for b.Loop() {
				if r.Read(lr, &r.none, &rec).Reason != "" {
					b.Fatal("not read")
				}
			}
		})
	}
}
