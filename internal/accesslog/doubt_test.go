package accesslog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each case is a way in which a client could make the true columns of a user's
// own format lose against forged ones.
func TestOwnFormatsInDoubt(t *testing.T) {
	const bank = "outbound|80||bank.foo.svc.cluster.local"
	long := strings.Repeat("h", 3000)
	for name, tc := range map[string]struct {
		format, line string
		cluster      string
	}{
		"empty last column": {
			"%REQ(USER-AGENT)% %UPSTREAM_CLUSTER% %ROUTE_NAME% %REQ(:AUTHORITY)%",
			"x PassthroughCluster allow_any ", "PassthroughCluster",
		},
		"empty last open column": {
			`[%START_TIME%] "%REQ(USER-AGENT)%" %UPSTREAM_CLUSTER% %ROUTE_NAME% %RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(X-A)%`,
			`[2026-11-23T03:26:42.738Z] "x" ` + bank + ` default 200 - x" PassthroughCluster allow_any 503 UF ` + "\n", "",
		},
		"long value": {
			`"%REQ(USER-AGENT)%" %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% %RESPONSE_CODE% "%REQ(X-A)%"`,
			`"x" ` + long + ` PassthroughCluster 200 "-"`, "PassthroughCluster",
		},
		"long value and a forged one": {
			`"%REQ(USER-AGENT)%" %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% %RESPONSE_CODE% "%REQ(X-A)%"`,
			`"x" ` + long + ` PassthroughCluster 200 "x" GET ` + bank + ` 200 "y"`, "",
		},
		"commas part columns": {
			"%START_TIME%,%REQ(:AUTHORITY)%,%UPSTREAM_CLUSTER%,%RESPONSE_CODE%,%REQ(USER-AGENT)%",
			"2026-11-23T03:26:42.738Z,bank," + bank + ",200,PassthroughCluster,200,x", "",
		},
		"bars part columns": {
			"%RESPONSE_CODE%|%UPSTREAM_CLUSTER%|%RESPONSE_FLAGS%",
			"200|" + bank + "|-", bank,
		},
		"a status that is no number": {
			"%GRPC_STATUS_NUMBER% %UPSTREAM_CLUSTER%", "-1 PassthroughCluster", "PassthroughCluster",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := CompileText(tc.format)
			require.NoError(t, err)
			var rec Record
			require.True(t, f.Parse(tc.line, &rec, true), "a client must not hide its record")
			assert.Equal(t, tc.cluster, rec.Get(UpstreamCluster))
		})
	}
}

func TestExtrasAreBounded(t *testing.T) {
	var rec Record
	for range 10 * maxExtras {
		rec.SetExtra("a", "1")
	}
	assert.Equal(t, []Extra{{"a", "1"}}, rec.Extras)
	for i := range 10 * maxExtras {
		rec.SetExtra(strings.Repeat("b", i), "1")
	}
	assert.Len(t, rec.Extras, maxExtras)
}

func TestJSONMembersTwice(t *testing.T) {
	var r JSONReader
	var rec Record
	keys := &Keys{}
	require.NoError(t, r.Parse(`{"response_code":502,"upstream_cluster":"PassthroughCluster","user_agent":"x","upstream_cluster":"outbound|80||bank"}`, keys, &rec))
	assert.True(t, rec.Ambiguous)
	assert.Empty(t, rec.Get(UpstreamCluster))
	assert.Equal(t, "502", rec.Get(ResponseCode))
}

func TestTCPLines(t *testing.T) {
	const line = `[2026-11-23T03:26:42.738Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 203.0.113.10:443 10.244.0.7:43858 `
	var rec Record
	require.True(t, DefaultText.Parse(line+"www.example.org -\n", &rec, false))
	assert.False(t, rec.Ambiguous)
	assert.Equal(t, "BlackHoleCluster", rec.Get(UpstreamCluster))
	assert.Equal(t, "www.example.org", rec.Get(RequestedServerName))
	assert.Equal(t, "UH", rec.Get(ResponseFlags))

	// Envoy before 1.31.2 wrote the server name as it came.
	for _, sni := range []string{`a"b`, "a b", `x" "bank" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 z`} {
		rec.Reset()
		require.True(t, DefaultText.Parse(line+sni+" -\n", &rec, false), sni)
		assert.Equal(t, strings.Contains(sni, `"`), rec.Ambiguous, sni)
		assert.Contains(t, []string{"", "BlackHoleCluster"}, rec.Get(UpstreamCluster), sni)
		assert.Contains(t, []string{"", "203.0.113.10:443"}, rec.Get(DownstreamLocalAddress), sni)
	}

	// HTTP/2 takes `-` as a method, and a path that looks like the rest of such a line.
	rec.Reset()
	forged := `[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 0 0 0 - "-" "-" "-" "-" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 x - HTTP/2" 502 - direct_response - "-" 0 0 0 - "-" "-" "id" "e.example" "-" - - 203.0.113.10:80 10.244.0.7:1 - block_all`
	require.True(t, DefaultText.Parse(forged, &rec, false))
	assert.NotContains(t, rec.Get(UpstreamCluster), "bank")
	assert.Equal(t, "block_all", rec.Get(RouteName))
}

func TestCutLines(t *testing.T) {
	var rec Record
	assert.False(t, DefaultText.Parse("2026-11-23T03:26:42Z stdout P "+line131, &rec, false), "a runtime cut the line, its end is a client's words")
}
