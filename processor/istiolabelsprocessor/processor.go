// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// labelsProcessor labels the records of requests.
type labelsProcessor struct {
	stages    *stages
	walks     sync.Pool
	telemetry *telemetry

	storage *state.Options // nil without `storage`
	keeper  *state.Keeper
}

func newLabelsProcessor(cfg *Config, set processor.Settings) (*labelsProcessor, error) {
	s, err := newStages(cfg, set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	tel, err := newTelemetry(set.TelemetrySettings, s)
	if err != nil {
		return nil, err
	}
	storage, err := storageOptions(cfg, set, s.bounds.Limiters(), tel)
	if err != nil {
		tel.builder.Shutdown()
		return nil, err
	}
	p := &labelsProcessor{stages: s, telemetry: tel, storage: storage}
	p.walks.New = func() any { return newWalk(s) }
	return p, nil
}

func (p *labelsProcessor) start(ctx context.Context, host component.Host) (err error) {
	if p.keeper, err = openStorage(ctx, host, p.stages, p.storage); err != nil {
		return err
	}
	p.stages.names.start()
	return nil
}

func (p *labelsProcessor) shutdown(ctx context.Context) error {
	err := p.stages.names.stop(ctx)
	_, closeErr := p.keeper.Close(ctx)
	p.telemetry.builder.Shutdown()
	return errors.Join(err, closeErr)
}

// processLogs labels the records of one request in place. It fails only if an
// expression does and the user wants that to cost the request.
func (p *labelsProcessor) processLogs(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	w := p.walks.Get().(*walk)
	err := w.request(ctx, ld)
	p.telemetry.add(ctx, &w.counts)
	// One that panics is not used again: it holds records of its request.
	p.walks.Put(w)
	return ld, err
}
