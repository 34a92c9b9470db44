// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/accesslogtest"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
)

func FuzzDefaultText(f *testing.F) {
	for _, line := range accesslogtest.CapturedLines(f, "../../..") {
		f.Add(line)
	}
	for _, line := range []string{
		requestRest, connectionRest, "istio-proxy " + requestRest, "sleep-1   | " + lineTime + requestRest, lineTime + requestRest + "\n" + lineTime + connectionRest,
		lineTime + `"HEAD /status/200HTTP/1.1" 200 - 0 0 5 2 "-" "-" "id" "h" "-" - - 10.0.0.1:80 10.0.0.2:1 -`,
		lineTime + `"- --" 0 UH 0 0 0 - "-" "-" "-" "-" "-" - - 203.0.113.2:443 10.1.190.4:4121 -`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var rec accesslog.Record
		var scratch logformat.Scratch
		if DefaultText.Parse(line, &rec, &scratch, true) {
			for _, op := range []accesslog.Op{accesslog.UpstreamCluster, accesslog.DownstreamLocalAddress} {
				assert.True(t, rec.Has(op) || rec.Ambiguous)
				assert.NotContains(t, rec.Raw(op), " ")
			}
			assert.True(t, rec.IsAccessLog() || rec.Ambiguous)
		}
		accesslogtest.AssertConsistent(t, &rec)
	})
}

// forgeable are lines in which a client wrote the four fields; their other
// columns are certain or, between two fields, certain or absent.
var forgeable = map[string]interface {
	Parse(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool
}{
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH direct_response - "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`: DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`:                   DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH "-" "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 -`:                         DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 -`:                                 DefaultText,
	`- GET "{path}" {xff} | 502 UH {agent} # 7 8 9 # {id} e3.example - 203.0.113.10:80 block_all`: mustCompile(
		`%UPSTREAM_CLUSTER% %REQ(:METHOD)% "%REQ(:PATH)%" %REQ(X-FORWARDED-FOR)% | %RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(USER-AGENT)% # %BYTES_RECEIVED% %BYTES_SENT% %DURATION% # %REQ(X-REQUEST-ID)% %REQ(:AUTHORITY)% %UPSTREAM_HOST% %DOWNSTREAM_LOCAL_ADDRESS% %ROUTE_NAME%`),
}

func mustCompile(format string) *logformat.Text {
	f, err := Operators.CompileText(format)
	if err != nil {
		panic(err)
	}
	return f
}

// Whatever a client writes into the fields of a line, no other column changes.
func FuzzForgedLine(f *testing.F) {
	for _, v := range []string{
		"", "/", "-", `x" "id" "bank" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - default`,
		`/a HTTP/1.1" 200 - via_upstream - "-" 0 1 1 1 "-" "x`, `/a HTTP/1.1" 200 - 0 1 1 1 "`, ` | 200 - x # 1 1 1 # `, "\n", " ", `"`, " - -",
	} {
		f.Add(v, "-", "-", "-")
		f.Add("/", v, v, "-")
		f.Add(v, "-", v, v)
	}
	f.Fuzz(func(t *testing.T, path, xff, agent, id string) {
		fields := strings.NewReplacer("{path}", path, "{xff}", xff, "{agent}", agent, "{id}", id)
		for line, format := range forgeable {
			var rec accesslog.Record
			var scratch logformat.Scratch
			require.True(t, format.Parse(fields.Replace(line), &rec, &scratch, true), line)
			accesslogtest.AssertConsistent(t, &rec)
			for op, want := range map[accesslog.Op]string{accesslog.Method: "GET", accesslog.Authority: "e3.example", accesslog.UpstreamCluster: "-", accesslog.UpstreamHost: "-", accesslog.DownstreamLocalAddress: "203.0.113.10:80", accesslog.RouteName: "block_all"} {
				if op == accesslog.RouteName && !strings.Contains(line, want) {
					assert.False(t, rec.Has(op))
					continue
				}
				assert.Equal(t, want, rec.Raw(op), "%s in %s", op.Key(), line)
			}
			for op, want := range map[accesslog.Op]string{accesslog.ResponseCode: "502", accesslog.ResponseFlags: "UH", accesslog.BytesReceived: "7", accesslog.BytesSent: "8", accesslog.Duration: "9"} {
				if rec.Has(op) {
					assert.Equal(t, want, rec.Raw(op), "%s in %s", op.Key(), line)
				} else {
					assert.True(t, rec.Ambiguous)
				}
			}
		}
	})
}

func FuzzCompileText(f *testing.F) {
	lines := accesslogtest.CapturedLines(f, "../../..")
	for i, format := range defaultFormats {
		f.Add(format, lines[i])
	}
	f.Add(`%REQ(user-agent)% %RESPONSE_CODE% "%REQ(X-FOO)%" %UPSTREAM_CLUSTER% 100%% %CEL(re.extract(request.path, '(a)', '\\1'))%`, `a b 1 200 "x y" PassthroughCluster 100% last`)
	f.Add("%DURATION:3%", "1")
	f.Add("%", "")
	f.Fuzz(func(t *testing.T, text, line string) {
		format, err := Operators.CompileText(text)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		var rec accesslog.Record
		var scratch logformat.Scratch
		format.Parse(line, &rec, &scratch, true)
		accesslogtest.AssertConsistent(t, &rec)
	})
}
