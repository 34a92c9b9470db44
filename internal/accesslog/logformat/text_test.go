// SPDX-License-Identifier: Apache-2.0

package logformat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

func TestCustomFormat(t *testing.T) {
	f, err := formats.Operators.CompileText(`%REQ(user-agent)% %RESPONSE_CODE% "%REQ(X-FOO)%" %UPSTREAM_CLUSTER% 100%% %CEL(re.extract(request.path, '(a)', '\\1'))%` + "\n")
	require.NoError(t, err)
	var rec accesslog.Record
	var scratch logformat.Scratch
	require.True(t, f.Parse(`a b 1 200 "x y" PassthroughCluster 100% last`, &rec, &scratch, true))
	assert.False(t, rec.Ambiguous)
	assert.Equal(t, "a b 1", rec.Get(accesslog.UserAgent))
	assert.Equal(t, "200", rec.Get(accesslog.ResponseCode))
	assert.Equal(t, "PassthroughCluster", rec.Get(accesslog.UpstreamCluster))
	assert.Equal(t, []accesslog.Extra{{Name: "REQ(X-FOO)", Value: "x y"}, {Name: "CEL(re.extract(request.path, '(a)', '\\\\1'))", Value: "last"}}, rec.Extras)

	rec.Reset()
	require.True(t, f.Parse(`a 200 "b 404 "x y" PassthroughCluster 100% last`, &rec, &scratch, true))
	assert.True(t, rec.Ambiguous)
	assert.False(t, rec.Has(accesslog.ResponseCode))
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
		_, err := formats.Operators.CompileText(format)
		assert.EqualError(t, err, want, format)
	}
}

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
			f, err := formats.Operators.CompileText(tc.format)
			require.NoError(t, err)
			var rec accesslog.Record
			var scratch logformat.Scratch
			require.True(t, f.Parse(tc.line, &rec, &scratch, true), "a client must not hide its record")
			assert.Equal(t, tc.cluster, rec.Get(accesslog.UpstreamCluster))
		})
	}
}
