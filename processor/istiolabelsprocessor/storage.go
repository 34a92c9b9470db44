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

// openStorage has the stages go on with what a run before this one left, and saves it
// from now on. Without options it does nothing, and the keeper is nil.
func openStorage(ctx context.Context, host component.Host, stages *stages, o *state.Options) (*state.Keeper, error) {
	if o == nil {
		return nil, nil
	}
	s := &savedState{stages: stages, restorers: make([]limit.Restorer, len(stages.bounds.Limiters()))}
	keeper, ok, err := state.OpenKeeper(ctx, host, *o, s)
	if err != nil {
		return nil, err
	}
	if ok && s.restored {
		o.Logger.Info("Values of labels keep their slots from before the start", zap.Uint64("restarts", s.restarts))
	} else {
		// What was read in part is of no use, and may stand in the stages.
		stages.forget()
		s.restarts = 0
	}
	s.start()
	keeper.Start(s)
	// The number of restarts decides which terms are left out. It must be known to the
	// next run before a term is given out.
	keeper.Save(ctx)
	return keeper, nil
}
