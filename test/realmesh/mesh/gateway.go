// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// Instance is the gateway's name, which is that of its pod.
const Instance = "otelcol-istio-0"

// Gateway is the built distribution in its pod, with the addresses that it has
// as shipped, beside the Prometheus that it writes to.
type Gateway struct {
	*testbed.Gateway
	Prometheus *promclient.Client
	Records    *Records

	prometheus *proc.Process
}

// GatewayOptions say which programs to run.
type GatewayOptions struct {
	Binary, Prometheus string
	// Configs are merged, the first one below.
	Configs []string
	// Env is set over what the gateway of a mesh always has.
	Env []string
}

const prometheusAddress = "127.0.0.1:9090"

var listening = regexp.MustCompile(`listening on http`)

// startGateway starts both in the pod, where they are redirected as any
// application is.
func startGateway(t *testing.T, ns *netns.Namespace, o GatewayOptions) *Gateway {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	start := func(c proc.Command) *proc.Process {
		c.Prepare = inNamespace(ns)
		return startProcess(t, c)
	}
	g := &Gateway{Records: receiveRecords(t, ns)}
	g.prometheus = start(proc.Command{Name: "prometheus", Path: o.Prometheus, Args: []string{"--listen", prometheusAddress, "--data", t.TempDir()}})
	_, err := g.prometheus.WaitLog(ctx, listening)
	require.NoError(t, err)
	door := func(address string) string {
		outer, err := ns.Forward(t.Context(), address)
		require.NoError(t, err)
		return "http://" + outer
	}
	g.Prometheus = promclient.New(door(prometheusAddress))

	command := proc.Command{
		Name: "gateway", Path: o.Binary,
		Env: []string{
			"REMOTE_WRITE_ENDPOINT=http://" + prometheusAddress + "/api/v1/write",
			"INSTANCE_ID=" + Instance, "FLUSH_INTERVAL=1s", "DESTINATION_HOST=false", "LOG_LEVEL=warn",
		},
	}
	command.Env = append(command.Env, o.Env...)
	for _, config := range o.Configs {
		command.Args = append(command.Args, "--config", config)
	}
	g.Gateway = &testbed.Gateway{Process: start(command), Health: door("127.0.0.1:13133"), Telemetry: door("127.0.0.1:8888") + "/metrics", Page: door("127.0.0.1:8686")}
	require.NoError(t, g.Process.WaitHTTP(ctx, g.Health))
	return g
}

// Query evaluates a PromQL expression.
func (g *Gateway) Query(t *testing.T, promQL string) promclient.Vector {
	t.Helper()
	v, err := g.Prometheus.Query(t.Context(), promQL)
	require.NoError(t, err)
	return v
}
