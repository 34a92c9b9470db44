package accesslog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// capturedLines are the text bodies of testdata/captures.
func capturedLines(tb testing.TB) (lines []string) {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/captures/*/text.jsonl")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(tb, err)
		for request := range strings.Lines(string(b)) {
			var logs struct {
				ResourceLogs []struct {
					ScopeLogs []struct {
						LogRecords []struct {
							Body struct {
								StringValue string `json:"stringValue"`
							} `json:"body"`
						} `json:"logRecords"`
					} `json:"scopeLogs"`
				} `json:"resourceLogs"`
			}
			require.NoError(tb, json.Unmarshal([]byte(request), &logs))
			lines = append(lines, logs.ResourceLogs[0].ScopeLogs[0].LogRecords[0].Body.StringValue)
		}
	}
	return lines
}

// assertConsistent checks what holds for every record, however it came about.
func assertConsistent(t *testing.T, rec *Record) {
	t.Helper()
	for op := range NumOps {
		if !rec.Has(op) {
			assert.Empty(t, rec.Raw(op))
		}
		if n, ok := rec.Int(op); ok {
			assert.GreaterOrEqual(t, n, int64(0))
		}
	}
	var copied Record
	copied.CopyFrom(rec)
	for op, v := range rec.Each {
		assert.Equal(t, v, copied.Raw(op))
	}
}

func FuzzDefaultText(f *testing.F) {
	for _, line := range capturedLines(f) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var rec Record
		if DefaultText.Parse(line, &rec, true) {
			for _, op := range []Op{UpstreamCluster, DownstreamLocalAddress} {
				assert.True(t, rec.Has(op) || rec.Ambiguous)
				assert.NotContains(t, rec.Raw(op), " ")
			}
			assert.True(t, rec.IsAccessLog() || rec.Ambiguous)
		}
		assertConsistent(t, &rec)
	})
}

// forgeable are lines in which a client wrote the four fields; their other
// columns are certain or, between two fields, certain or absent.
var forgeable = map[string]interface {
	Parse(line string, rec *Record, withOpen bool) bool
}{
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH direct_response - "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`: DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`:                   DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH "-" "-" 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 -`:                         DefaultText,
	`[2026-11-23T03:26:42.738Z] "GET {path} HTTP/1.1" 502 UH 7 8 9 - "{xff}" "{agent}" "{id}" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 -`:                                 DefaultText,
	`- GET "{path}" {xff} | 502 UH {agent} # 7 8 9 # {id} e3.example - 203.0.113.10:80 block_all`: mustCompile(
		`%UPSTREAM_CLUSTER% %REQ(:METHOD)% "%REQ(:PATH)%" %REQ(X-FORWARDED-FOR)% | %RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(USER-AGENT)% # %BYTES_RECEIVED% %BYTES_SENT% %DURATION% # %REQ(X-REQUEST-ID)% %REQ(:AUTHORITY)% %UPSTREAM_HOST% %DOWNSTREAM_LOCAL_ADDRESS% %ROUTE_NAME%`),
}

func mustCompile(format string) *Format {
	f, err := CompileText(format)
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
			var rec Record
			require.True(t, format.Parse(fields.Replace(line), &rec, true), line)
			assertConsistent(t, &rec)
			for op, want := range map[Op]string{Method: "GET", Authority: "e3.example", UpstreamCluster: "-", UpstreamHost: "-", DownstreamLocalAddress: "203.0.113.10:80", RouteName: "block_all"} {
				if op == RouteName && !strings.Contains(line, want) {
					assert.False(t, rec.Has(op))
					continue
				}
				assert.Equal(t, want, rec.Raw(op), "%s in %s", op, line)
			}
			for op, want := range map[Op]string{ResponseCode: "502", ResponseFlags: "UH", BytesReceived: "7", BytesSent: "8", Duration: "9"} {
				if rec.Has(op) {
					assert.Equal(t, want, rec.Raw(op), "%s in %s", op, line)
				} else {
					assert.True(t, rec.Ambiguous)
				}
			}
		}
	})
}

func FuzzCompileText(f *testing.F) {
	lines := capturedLines(f)
	for i, format := range defaultFormats {
		f.Add(format, lines[i])
	}
	f.Add(`%REQ(user-agent)% %RESPONSE_CODE% "%REQ(X-FOO)%" %UPSTREAM_CLUSTER% 100%% %CEL(re.extract(request.path, '(a)', '\\1'))%`, `a b 1 200 "x y" PassthroughCluster 100% last`)
	f.Add("%DURATION:3%", "1")
	f.Add("%", "")
	f.Fuzz(func(t *testing.T, text, line string) {
		format, err := CompileText(text)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		var rec Record
		format.Parse(line, &rec, true)
		assertConsistent(t, &rec)
	})
}

func FuzzJSONReader(f *testing.F) {
	f.Add(`{"authority":"h","duration":9,"response_code":200,"response_flags":"-","upstream_cluster":"PassthroughCluster","x_forwarded_for":null}`)
	f.Add(`2026-11-23T03:26:42.738Z stdout F {"response_code":1e400,"bytes_sent":-1,"duration":true,"cluster_services":[{"host":"a"}]}`)
	f.Add(`{"\u0061uthority":"\ud800\u0000","a":{}}`)
	f.Add(strings.Repeat(`{"a":[`, 200))
	f.Fuzz(func(t *testing.T, line string) {
		var r JSONReader
		var rec Record
		if r.Parse(line, &Keys{}, &rec) == nil {
			assert.True(t, LooksLikeJSON(line))
			assert.True(t, rec.Borrowed)
		}
		assertConsistent(t, &rec)
	})
}
