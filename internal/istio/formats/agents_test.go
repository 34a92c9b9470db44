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

const (
	requestRest    = `"GET /v1/orders HTTP/1.1" 502 - direct_response - "-" 0 0 0 - "-" "curl/8.9.1" "9a1d" "blocked16.example.net" "-" - - 203.0.113.16:80 10.44.1.23:41130 - block_all`
	connectionRest = `"- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 203.0.113.16:443 10.44.1.23:41131 - -`
	lineTime       = `[2026-11-23T03:26:42.738Z] `
)

// Log agents parse the time and take it off the line.
func TestLinesWithoutTime(t *testing.T) {
	for _, before := range []string{
		"", "istio-proxy ", "sleep-1   | ", "sleep-1   | 2026-11-23T03:26:42.738Z ", "2026-11-23T03:26:42Z stdout F ", "[pod/sleep-1/istio-proxy] ", "\t", "\n",
		"sleep-1   | " + lineTime, lineTime,
	} {
		for _, end := range []string{"", "\n", "\r\n", " - -\n"} {
			rec, ok := parseDefault(before + requestRest + end)
			require.True(t, ok, before)
			assert.False(t, rec.Ambiguous, before)
			assert.Equal(t, "block_all", rec.Get(accesslog.RouteName))
			assert.Equal(t, "502", rec.Get(accesslog.ResponseCode))
			assert.Equal(t, "blocked16.example.net", rec.Get(accesslog.Authority))
			assert.Equal(t, "203.0.113.16:80", rec.Get(accesslog.DownstreamLocalAddress))

			rec, ok = parseDefault(before + connectionRest + end)
			require.True(t, ok, before)
			assert.Equal(t, "BlackHoleCluster", rec.Get(accesslog.UpstreamCluster))
			assert.Equal(t, "UH", rec.Get(accesslog.ResponseFlags))
		}
	}
	for _, before := range []string{"2026-11-23T03:26:42Z stdout P ", "2026-11-23T03:26:42Z stdout P " + lineTime, "an earlier line\n", strings.Repeat("x", 2000), `"`, `"x" `} {
		_, ok := parseDefault(before + requestRest)
		assert.False(t, ok, before)
	}
}

// nginx and Apache write a line that starts alike.
func TestOtherServersLines(t *testing.T) {
	for _, line := range []string{
		`203.0.113.9 - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 2326 "-" "curl/8.9.1"`,
		`"GET / HTTP/1.1" 200 2326 "-" "curl/8.9.1"`,
	} {
		_, ok := parseDefault(line)
		assert.False(t, ok, line)
	}
}

func TestJoinedProtocol(t *testing.T) {
	const rest = ` 200 - 0 7 5 2 "10.1.190.0" "curl/7.29.0" "9a31" "web.example.com" "127.0.0.1:8000" inbound|8000||web.shop.svc.cluster.local - 10.1.0.22:8000 10.1.190.0:0 -`
	for _, protocol := range []string{"HTTP/1.1", "HTTP/1.0", "HTTP/2"} {
		for _, path := range []string{"/status/200", "/", "/HTTP/1.1"} {
			for _, before := range []string{lineTime, "", "2026-11-23T03:26:42Z stdout F " + lineTime} {
				line := before + `"HEAD ` + path + protocol + `"` + rest + "\n"
				rec, ok := parseDefault(line)
				require.True(t, ok, line)
				assert.False(t, rec.Ambiguous, line)
				assert.Equal(t, protocol, rec.Get(accesslog.Protocol), line)
				assert.Equal(t, path, rec.Get(accesslog.Path), line)
				assert.Equal(t, "200", rec.Get(accesslog.ResponseCode), line)
				assert.Equal(t, "7", rec.Get(accesslog.BytesSent), line)
				assert.Equal(t, "inbound|8000||web.shop.svc.cluster.local", rec.Get(accesslog.UpstreamCluster), line)
			}
		}
	}
	rec, ok := parseDefault(lineTime + `"- --" 0 UH 0 0 0 - "-" "-" "-" "-" "-" - - 203.0.113.2:443 10.1.190.4:4121 -`)
	require.True(t, ok)
	assert.False(t, rec.Ambiguous)
	assert.Empty(t, rec.Get(accesslog.Protocol))
	assert.Empty(t, rec.Get(accesslog.Method))
	assert.Equal(t, "UH", rec.Get(accesslog.ResponseFlags))
	assert.Equal(t, "0", rec.Get(accesslog.ResponseCode))
}

// A client of any other version cannot make its line look like one of those.
func TestForgedJoinedProtocol(t *testing.T) {
	const (
		forged = `/aHTTP/1.1" 200 - 0 1 1 1 "-" "x`
		end    = ` HTTP/1.1" 502 - 7 8 9 - "-" "-" "id" "e.example" "-" - - 203.0.113.10:80 10.44.1.23:41131 -`
	)
	rec, ok := parseDefault(lineTime + `"GET ` + forged + end)
	require.True(t, ok)
	assert.Equal(t, "502", rec.Get(accesslog.ResponseCode))
	rec, ok = parseDefault(lineTime + `"GET ` + forged + `" /b HTTP/1.1" 200 - 0 1 1 1 "-" "y` + end)
	require.True(t, ok)
	assert.True(t, rec.Ambiguous)
	assert.False(t, rec.Has(accesslog.ResponseCode))
	// Nor can one of those versions forge a second place.
	rec, ok = parseDefault(lineTime + `"GET ` + forged + strings.Replace(end, " HTTP", "HTTP", 1))
	require.True(t, ok)
	assert.True(t, rec.Ambiguous)
	assert.False(t, rec.Has(accesslog.ResponseCode))
	rec, ok = parseDefault(lineTime + `"- --" 0 - 0 0 0 - "-" "-" "-" "-" "1.2.3.4:80" outbound|80||bank 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 x` + end)
	require.True(t, ok)
	assert.Equal(t, "-", rec.Raw(accesslog.UpstreamCluster))
}

// One line must not hide another, and a client must not write a second one.
func TestSeveralLines(t *testing.T) {
	for _, line := range []string{
		lineTime + requestRest + "\n" + lineTime + requestRest + "\n",
		lineTime + requestRest + "\r\n" + lineTime + connectionRest,
		lineTime + connectionRest + "\n" + lineTime + connectionRest,
		requestRest + "\n" + requestRest,
		connectionRest + "\n" + requestRest,
		`{"response_flags": "-"}` + "\n" + lineTime + requestRest,
		lineTime + strings.TrimSuffix(connectionRest, "- -") + "x -\n" + lineTime + requestRest + " -", // in a server name
	} {
		_, ok := parseDefault(line)
		assert.False(t, ok, line)
	}
}

func parseDefault(line string) (*accesslog.Record, bool) {
	var rec accesslog.Record
	var scratch logformat.Scratch
	return &rec, DefaultText.Parse(line, &rec, &scratch, false)
}
