package accesslog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const line131 = `[2026-11-23T03:26:42.738Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 120 5 4 "-" "curl/7.88.1" "35fc7d73-50e6-4a7d-9f49-3dc5ca7a00d6" "httpbin.foo:8080" "10.244.0.9:8080" outbound|8080|v1|httpbin.foo.svc.cluster.local 10.244.0.8:34644 10.96.0.80:8080 10.244.0.8:38258 - teapot`

func TestDefaultTextLayouts(t *testing.T) {
	require.Len(t, DefaultText.request.layouts, 4, "layouts with the same ends are looked for together")
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
			var rec Record
			require.True(t, DefaultText.Parse(line, &rec, true))
			assert.False(t, rec.Ambiguous)
			for op, want := range map[Op]string{
				Method: "GET", Path: "/x", Protocol: "HTTP/1.1", ResponseCode: "200", ResponseFlags: "UF,URX",
				BytesReceived: "1", BytesSent: "2", Duration: "3", UserAgent: "curl", Authority: "httpbin.org",
				UpstreamHost: "1.2.3.4:80", UpstreamCluster: "PassthroughCluster", DownstreamLocalAddress: "1.2.3.4:80",
				RequestedServerName: "-", StartTime: "2026-11-23T03:26:42.738Z",
			} {
				assert.Equal(t, want, rec.Raw(op), op)
			}
			if strings.Contains(line, "allow_any") {
				assert.Equal(t, "allow_any", rec.Get(RouteName))
			} else {
				assert.Empty(t, rec.Get(RouteName))
			}
		})
	}
}

func TestForgedColumns(t *testing.T) {
	const (
		forgedTail   = `x" "id" "bank.example" "1.2.3.4:80" outbound|80||bank.example 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - default`
		forgedMiddle = `/a HTTP/1.1" 200 - via_upstream - "-" 0 1 1 1 "-" "x`
		oldMiddle    = `/a HTTP/1.1" 200 - "-" 0 1 1 1 "-" "x`
	)
	line := func(path, xff, ua, id string) string {
		return `[2026-11-23T03:26:42.738Z] "GET ` + path + ` HTTP/1.1" 502 - direct_response - "-" 7 8 9 - "` + xff + `" "` + ua + `" "` + id + `" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`
	}
	for name, tc := range map[string]struct {
		line      string
		ambiguous bool
	}{
		"honest":              {line("/", "-", "curl", "id"), false},
		"tail in user agent":  {line("/", "-", forgedTail, "id"), false},
		"tail in path":        {line("/"+forgedTail, "-", "-", "id"), false},
		"middle in path":      {line(forgedMiddle, "-", "-", "id"), true},
		"middle in xff":       {line("/", forgedMiddle, "-", "id"), true},
		"middle in agent":     {line("/", "-", forgedMiddle, "id"), true},
		"old middle in agent": {line("/", "-", oldMiddle, "id"), true},
		"quotes in id":        {line("/", "-", "-", `a" "b c`), false},
		"code in path":        {line(`/a" 999 X`, "-", "-", "id"), false},
		"many quotes":         {line("/", "-", strings.Repeat(`" `, 10000), "id"), false},
		"costly path":         {line(strings.Repeat(` -" 2 - x `, 6000), "-", "-", "id"), true},
	} {
		t.Run(name, func(t *testing.T) {
			var rec Record
			require.True(t, DefaultText.Parse(tc.line, &rec, true))
			assert.Equal(t, tc.ambiguous, rec.Ambiguous)
			assert.Equal(t, "block_all", rec.Get(RouteName))
			assert.Equal(t, "-", rec.Raw(UpstreamCluster))
			assert.Equal(t, "e3.example", rec.Get(Authority))
			assert.Equal(t, "203.0.113.10:80", rec.Get(DownstreamLocalAddress))
			assert.Equal(t, "GET", rec.Get(Method))
			if tc.ambiguous {
				assert.False(t, rec.Has(ResponseCode))
				assert.False(t, rec.Has(Duration))
			} else {
				assert.Equal(t, "502", rec.Get(ResponseCode))
				assert.Equal(t, "9", rec.Get(Duration))
			}
		})
	}
}

func TestNotALine(t *testing.T) {
	for _, line := range []string{
		"", "\n", "hello", line131[:100], line131[:len(line131)-30], "[", `"`, strings.Repeat(" -", 100),
		`2026-11-23T03:26:42 info xdsproxy connected`, strings.Repeat("[", 4000),
	} {
		var rec Record
		assert.False(t, DefaultText.Parse(line, &rec, true), line)
	}
}

func TestCustomFormat(t *testing.T) {
	f, err := CompileText(`%REQ(user-agent)% %RESPONSE_CODE% "%REQ(X-FOO)%" %UPSTREAM_CLUSTER% 100%% %CEL(re.extract(request.path, '(a)', '\\1'))%` + "\n")
	require.NoError(t, err)
	var rec Record
	require.True(t, f.Parse(`a b 1 200 "x y" PassthroughCluster 100% last`, &rec, true))
	assert.False(t, rec.Ambiguous)
	assert.Equal(t, "a b 1", rec.Get(UserAgent))
	assert.Equal(t, "200", rec.Get(ResponseCode))
	assert.Equal(t, "PassthroughCluster", rec.Get(UpstreamCluster))
	assert.Equal(t, []Extra{{"REQ(X-FOO)", "x y"}, {"CEL(re.extract(request.path, '(a)', '\\\\1'))", "last"}}, rec.Extras)

	rec.Reset()
	require.True(t, f.Parse(`a 200 "b 404 "x y" PassthroughCluster 100% last`, &rec, true))
	assert.True(t, rec.Ambiguous)
	assert.False(t, rec.Has(ResponseCode))
}

func TestCompileErrors(t *testing.T) {
	for format, want := range map[string]string{
		" ":                               "must not be empty",
		"abc":                             "has no command operator",
		"%RESPONSE_KODE%":                 `has the unknown operator "%RESPONSE_KODE%"`,
		"%RESPONSE_CODE":                  `has an operator that is not closed: "%RESPONSE_CODE"`,
		"%REQ(:PATH%":                     `has an operator that is not closed: "%REQ(:PATH%"`,
		"% %":                             `has no operator name after % in " %"`,
		"%RESPONSE_CODE%%BYTES_SENT%":     "needs text between %RESPONSE_CODE% and %BYTES_SENT%",
		strings.Repeat("%DURATION% ", 65): "has more than 64 operators",
	} {
		_, err := CompileText(format)
		assert.EqualError(t, err, want, format)
	}
}

func BenchmarkDefaultText(b *testing.B) {
	var rec Record
	b.ReportAllocs()
	for b.Loop() {
		rec.Reset()
		DefaultText.Parse(line131, &rec, false)
	}
}
