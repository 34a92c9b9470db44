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
			var rec accesslog.Record
			var scratch logformat.Scratch
			require.True(t, DefaultText.Parse(tc.line, &rec, &scratch, true))
			assert.Equal(t, tc.ambiguous, rec.Ambiguous)
			assert.Equal(t, "block_all", rec.Get(accesslog.RouteName))
			assert.Equal(t, "-", rec.Raw(accesslog.UpstreamCluster))
			assert.Equal(t, "e3.example", rec.Get(accesslog.Authority))
			assert.Equal(t, "203.0.113.10:80", rec.Get(accesslog.DownstreamLocalAddress))
			assert.Equal(t, "GET", rec.Get(accesslog.Method))
			if tc.ambiguous {
				assert.False(t, rec.Has(accesslog.ResponseCode))
				assert.False(t, rec.Has(accesslog.Duration))
			} else {
				assert.Equal(t, "502", rec.Get(accesslog.ResponseCode))
				assert.Equal(t, "9", rec.Get(accesslog.Duration))
			}
		})
	}
}

func TestTCPLines(t *testing.T) {
	const line = `[2026-11-23T03:26:42.738Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 203.0.113.10:443 10.244.0.7:43858 `
	var rec accesslog.Record
	var scratch logformat.Scratch
	require.True(t, DefaultText.Parse(line+"www.example.org -\n", &rec, &scratch, false))
	assert.False(t, rec.Ambiguous)
	assert.Equal(t, "BlackHoleCluster", rec.Get(accesslog.UpstreamCluster))
	assert.Equal(t, "www.example.org", rec.Get(accesslog.RequestedServerName))
	assert.Equal(t, "UH", rec.Get(accesslog.ResponseFlags))

	// Envoy before 1.31.2 wrote the server name as it came.
	for _, sni := range []string{`a"b`, "a b", `x" "bank" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 z`} {
		rec.Reset()
		require.True(t, DefaultText.Parse(line+sni+" -\n", &rec, &scratch, false), sni)
		assert.Equal(t, strings.Contains(sni, `"`), rec.Ambiguous, sni)
		assert.Contains(t, []string{"", "BlackHoleCluster"}, rec.Get(accesslog.UpstreamCluster), sni)
		assert.Contains(t, []string{"", "203.0.113.10:443"}, rec.Get(accesslog.DownstreamLocalAddress), sni)
	}

	// HTTP/2 takes `-` as a method, and a path that looks like the rest of such a line.
	rec.Reset()
	forged := `[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 0 0 0 - "-" "-" "-" "-" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 x - HTTP/2" 502 - direct_response - "-" 0 0 0 - "-" "-" "id" "e.example" "-" - - 203.0.113.10:80 10.244.0.7:1 - block_all`
	require.True(t, DefaultText.Parse(forged, &rec, &scratch, false))
	assert.NotContains(t, rec.Get(accesslog.UpstreamCluster), "bank")
	assert.Equal(t, "block_all", rec.Get(accesslog.RouteName))
}
