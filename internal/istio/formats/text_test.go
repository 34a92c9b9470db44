// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
)

const line131 = `[2026-11-23T03:26:42.738Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 120 5 4 "-" "curl/7.88.1" "35fc7d73-50e6-4a7d-9f49-3dc5ca7a00d6" "httpbin.foo:8080" "10.244.0.9:8080" outbound|8080|v1|httpbin.foo.svc.cluster.local 10.244.0.8:34644 10.96.0.80:8080 10.244.0.8:38258 - teapot`

func TestDefaultTextLayouts(t *testing.T) {
	const (
		start = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 UF,URX `
		rest  = `1 2 3 4 "-" "curl" "id" "httpbin.org" "1.2.3.4:80" PassthroughCluster 10.0.0.1:1 1.2.3.4:80 10.0.0.1:2 -`
	)
	for name, line := range map[string]string{
		"1.9":             start + `via_upstream - "-" ` + rest + ` allow_any`,
		"1.8":             start + `"-" ` + rest + ` allow_any`,
		"1.4":             start + `"-" "-" ` + rest + ` allow_any`,
		"1.2":             start + `"-" "-" ` + rest,
		"1.1":             start + `"-" ` + rest,
		"1.0":             start + rest,
		"details":         start + `upstream_reset{a|b:c[d]} - "delayed connect error: 111" ` + rest + ` allow_any`,
		"prefix":          `2026-11-23T03:26:42.738Z stdout F ` + start + `via_upstream - "-" ` + rest + " allow_any\n",
		"bracket prefix":  `[pod/sleep-1/istio-proxy] ` + start + `via_upstream - "-" ` + rest + " allow_any\n",
		"trailing":        start + `via_upstream - "-" ` + rest + ` allow_any - - - -`,
		"inserted column": strings.Replace(start, `] "`, `] 10.0.0.7 - "`, 1) + `via_upstream - "-" ` + rest + ` allow_any`,
	} {
		t.Run(name, func(t *testing.T) {
			var rec accesslog.Record
			var scratch logformat.Scratch
			require.True(t, DefaultText.Parse(line, &rec, &scratch, true))
			assert.False(t, rec.Ambiguous)
			for op, want := range map[accesslog.Op]string{
				accesslog.Method: "GET", accesslog.Path: "/x", accesslog.Protocol: "HTTP/1.1", accesslog.ResponseCode: "200", accesslog.ResponseFlags: "UF,URX",
				accesslog.BytesReceived: "1", accesslog.BytesSent: "2", accesslog.Duration: "3", accesslog.UserAgent: "curl", accesslog.Authority: "httpbin.org",
				accesslog.UpstreamHost: "1.2.3.4:80", accesslog.UpstreamCluster: "PassthroughCluster", accesslog.DownstreamLocalAddress: "1.2.3.4:80",
				accesslog.RequestedServerName: "-", accesslog.StartTime: "2026-11-23T03:26:42.738Z",
			} {
				assert.Equal(t, want, rec.Raw(op), op.Key())
			}
			if strings.Contains(line, "allow_any") {
				assert.Equal(t, "allow_any", rec.Get(accesslog.RouteName))
			} else {
				assert.Empty(t, rec.Get(accesslog.RouteName))
			}
		})
	}
}

func TestNotALine(t *testing.T) {
	for _, line := range []string{
		"", "\n", "hello", line131[:100], line131[:len(line131)-30], "[", `"`, strings.Repeat(" -", 100),
		`2026-11-23T03:26:42 info xdsproxy connected`, strings.Repeat("[", 4000),
	} {
		var rec accesslog.Record
		var scratch logformat.Scratch
		assert.False(t, DefaultText.Parse(line, &rec, &scratch, true), line)
	}
}

func TestCutLines(t *testing.T) {
	var rec accesslog.Record
	var scratch logformat.Scratch
	assert.False(t, DefaultText.Parse("2026-11-23T03:26:42Z stdout P "+line131, &rec, &scratch, false), "a runtime cut the line, its end is a client's words")
}

func BenchmarkDefaultText(b *testing.B) {
	var rec accesslog.Record
	var scratch logformat.Scratch
	b.ReportAllocs()
	for b.Loop() {
		rec.Reset()
		DefaultText.Parse(line131, &rec, &scratch, false)
	}
}
