// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/instance"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// savedVersion is the version of what savedState writes, and its parts.
const savedVersion = "1-" + limit.SavedVersion + "-" + addressnames.SavedVersion

// storageOptions are those of what is kept over a restart, nil without `storage`.
func storageOptions(cfg *Config, set processor.Settings, limiters []*limit.Limiter, t *telemetry) (*state.Options, error) {
	if cfg.StorageID == nil {
		return nil, nil
	}
	id, err := instance.ID(cfg.InstanceID)
	if err != nil {
		return nil, err
	}
	return &state.Options{
		Storage:    *cfg.StorageID,
		Kind:       component.KindProcessor,
		ID:         set.ID,
		Owner:      state.Owner{Version: savedVersion, Instance: id, Settings: fingerprint(limiters)},
		Logger:     set.Logger,
		FoldOnSave: true,

		Failed: func(ctx context.Context) { t.builder.ProcessorIstioLabelsStorageFailures.Add(ctx, 1) },

		SetAside: func(ctx context.Context) { t.builder.ProcessorIstioLabelsStateSetAside.Add(ctx, 1) },
	}, nil
}

// fingerprint says what must be the same in a run that goes on: a slot is a number in
// what its label has.
func fingerprint(limiters []*limit.Limiter) string {
	h := sha256.New()
	for _, l := range limiters {
		_, _ = fmt.Fprintf(h, "%q %v\n", l.Label(), l.Sizes())
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// openStorage goes on with what a run before this one left, and saves it from now on.
func (p *labelsProcessor) openStorage(ctx context.Context, host component.Host) error {
	if p.storage == nil {
		return nil
	}
	s := &savedState{stages: p.stages, restorers: make([]limit.Restorer, len(p.stages.bounds.Limiters()))}
	keeper, ok, err := state.OpenKeeper(ctx, host, *p.storage, s)
	if err != nil {
		return err
	}
	if ok && s.restored {
		p.storage.Logger.Info("Values of labels keep their slots from before the start", zap.Uint64("restarts", s.restarts))
	} else {
		// What was read in part is of no use, and may stand in the stages.
		p.stages.forget()
		s.restarts = 0
	}
	s.start()
	p.keeper = keeper
	keeper.Start(s)
	// The number of restarts decides which terms are left out. It must be known to the
	// next run before a term is given out.
	p.keeper.Save(ctx)
	return nil
}
