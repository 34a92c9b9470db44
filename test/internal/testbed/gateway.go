// SPDX-License-Identifier: Apache-2.0

package testbed

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// healthGate lets the health check tell what components report, as in the image.
const healthGate = "--feature-gates=+extension.healthcheck.useComponentStatus"

// GatewayOptions say which gateway to start.
type GatewayOptions struct {
	// Binary is the built distribution.
	Binary string
	// Configs are merged, the first one below.
	Configs []string
	// Env is set for the configuration, over what StartGateway sets itself.
	Env map[string]string
	// NoHealthCheck is for a configuration that has none: the gateway is ready
	// once its OTLP endpoint takes connections.
	NoHealthCheck bool
	// MaxMemory in bytes and MaxOpenFiles bound the process; see proc.Command.
	MaxMemory    int64
	MaxOpenFiles int
	// Prepare may change the command; see proc.Command.
	Prepare func(*exec.Cmd) error
}

// Gateway is a running distribution.
type Gateway struct {
	Process *proc.Process
	// OTLP is the gRPC endpoint, OTLPHTTP that for HTTP, ALS that for Envoy's
	// access log service, all host:port.
	OTLP, OTLPHTTP, ALS string
	// Health and Telemetry are URLs: of the health check, and of the gateway's
	// own metrics in Prometheus' text format.
	Health, Telemetry string
	// Page is the URL of the page that shows who goes out.
	Page string
}

// startAttempts is how often a gateway is started that finds a port taken.
const startAttempts = 5

// StartGateway starts the distribution with the variables of
// config/gateway.yaml set to free loopback ports, and waits until it is
// healthy. If another program takes one of the ports first, it tries others.
func StartGateway(ctx context.Context, o GatewayOptions) (g *Gateway, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for range startAttempts {
		if g, err = startGateway(ctx, o); err == nil || !strings.Contains(err.Error(), "address already in use") {
			break
		}
	}
	return g, err
}

func startGateway(ctx context.Context, o GatewayOptions) (*Gateway, error) {
	const local = "127.0.0.1"
	ports, err := proc.FreePorts(6)
	if err != nil {
		return nil, err
	}
	address := func(i int) string { return fmt.Sprintf("%s:%d", local, ports[i]) }
	g := &Gateway{
		OTLP: address(0), OTLPHTTP: address(1), ALS: address(4), Page: "http://" + address(5),
		Health: "http://" + address(2), Telemetry: "http://" + address(3) + "/metrics",
	}
	env := map[string]string{
		"OTLP_GRPC_ENDPOINT": g.OTLP,
		"OTLP_HTTP_ENDPOINT": g.OTLPHTTP,
		"ALS_GRPC_ENDPOINT":  g.ALS,
		"HEALTH_ENDPOINT":    address(2),
		"PAGE_ENDPOINT":      address(5),
		"TELEMETRY_HOST":     local,
		"TELEMETRY_PORT":     strconv.Itoa(ports[3]),
	}
	maps.Copy(env, o.Env)
	command := proc.Command{Name: "gateway", Path: o.Binary, Args: []string{healthGate}, MaxMemory: o.MaxMemory, MaxOpenFiles: o.MaxOpenFiles, Prepare: o.Prepare}
	for _, config := range o.Configs {
		command.Args = append(command.Args, "--config", config)
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		command.Env = append(command.Env, name+"="+env[name])
	}
	if g.Process, err = proc.Start(command); err != nil {
		return nil, err
	}
	if o.NoHealthCheck {
		err = g.Process.WaitTCP(ctx, g.OTLP)
	} else {
		err = g.Process.WaitHTTP(ctx, g.Health)
	}
	if err != nil {
		_ = g.Process.Kill()
		return nil, err
	}
	return g, nil
}

// Stop ends the gateway, which flushes what it holds.
func (g *Gateway) Stop() error { return g.Process.Stop(proc.StopTimeout) }

// Metric sums up a metric of the gateway's own, over those of its series that
// have the label, written name="value"; over all if it is empty.
func (g *Gateway) Metric(ctx context.Context, metric, label string) (sum float64, err error) {
	return ScrapedMetric(ctx, g.Telemetry, metric, label)
}

// ScrapedMetric sums up a metric of a page that Prometheus scrapes, as Metric does.
func ScrapedMetric(ctx context.Context, url, metric, label string) (sum float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		series, number, ok := strings.Cut(lines.Text(), " ")
		if name, _, _ := strings.Cut(series, "{"); !ok || name != metric || !strings.Contains(series, label) {
			continue
		}
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, err
		}
		sum += v
	}
	return sum, lines.Err()
}
