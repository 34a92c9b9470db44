// SPDX-License-Identifier: Apache-2.0

package testbed_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// The test binary itself plays the programs that are started.
const roleVariable = "TESTBED_ROLE"

func TestMain(m *testing.M) {
	// Before a word is said: whoever reads it may end us at once.
	end := make(chan os.Signal, 1)
	if os.Getenv(roleVariable) != "" {
		signal.Notify(end, syscall.SIGTERM)
	}
	switch os.Getenv(roleVariable) {
	case "gateway":
		playGateway()
		<-end
	case "prometheus":
		fmt.Println("listening on http://127.0.0.1:9")
		<-end
	case "broken":
		fmt.Println("no such key")
		os.Exit(1)
	default:
		os.Exit(m.Run())
	}
}

func playGateway() {
	fmt.Println(strings.Join(os.Args[1:], " "), os.Getenv("REMOTE_WRITE_ENDPOINT"), os.Getenv("TELEMETRY_HOST"))
	if _, err := net.Listen("tcp", os.Getenv("OTLP_GRPC_ENDPOINT")); err != nil {
		panic(err)
	}
	if _, err := net.Listen("tcp", os.Getenv("ALS_GRPC_ENDPOINT")); err != nil {
		panic(err)
	}
	health, err := net.Listen("tcp", os.Getenv("HEALTH_ENDPOINT"))
	if err != nil {
		panic(err)
	}
	go func() { _ = http.Serve(health, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) }()
}

func TestStartGateway(t *testing.T) {
	t.Setenv(roleVariable, "gateway")
	for _, noHealthCheck := range []bool{false, true} {
		g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
			Binary:        os.Args[0],
			Configs:       []string{"a.yaml", "b.yaml"},
			Env:           map[string]string{"REMOTE_WRITE_ENDPOINT": "http://there"},
			NoHealthCheck: noHealthCheck,
		})
		require.NoError(t, err)
		assert.Equal(t, "--feature-gates=+extension.healthcheck.useComponentStatus --config a.yaml --config b.yaml http://there 127.0.0.1\n", g.Process.Log())
		assert.Regexp(t, `^127\.0\.0\.1:\d+$`, g.OTLP)
		assert.Regexp(t, `^127\.0\.0\.1:\d+$`, g.ALS)
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+/metrics$`, g.Telemetry)
		require.NoError(t, g.Stop())
	}
}

func TestStartGatewayReportsBadConfig(t *testing.T) {
	t.Setenv(roleVariable, "broken")
	_, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{Binary: os.Args[0]})
	require.ErrorContains(t, err, "gateway ended before it was ready")
	require.ErrorContains(t, err, "no such key")
	_, err = testbed.StartPrometheus(t.Context(), os.Args[0], t.TempDir())
	require.ErrorContains(t, err, "prometheus ended before it was ready")
}

func TestStartPrometheus(t *testing.T) {
	t.Setenv(roleVariable, "prometheus")
	p, err := testbed.StartPrometheus(t.Context(), os.Args[0], t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, "http://127.0.0.1:9/api/v1/write", p.WriteURL())
	require.NoError(t, p.Stop())
}
