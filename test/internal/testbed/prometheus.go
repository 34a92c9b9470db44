// SPDX-License-Identifier: Apache-2.0

package testbed

import (
	"context"
	"regexp"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

var listening = regexp.MustCompile(`listening on (http://\S+)`)

// Prometheus is the running program of test/cmd/prometheus, and a client of it.
type Prometheus struct {
	*promclient.Client
	Process *proc.Process
}

// StartPrometheus starts the program with its database in a directory.
func StartPrometheus(ctx context.Context, binary, dir string) (*Prometheus, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	p, err := proc.Start(proc.Command{Name: "prometheus", Path: binary, Args: []string{"--listen", "127.0.0.1:0", "--data", dir}})
	if err != nil {
		return nil, err
	}
	match, err := p.WaitLog(ctx, listening)
	if err != nil {
		_ = p.Kill()
		return nil, err
	}
	return &Prometheus{Client: promclient.New(match[1]), Process: p}, nil
}

// Stop ends it.
func (p *Prometheus) Stop() error { return p.Process.Stop(proc.StopTimeout) }
