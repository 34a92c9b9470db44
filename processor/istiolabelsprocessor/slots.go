package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// slotCalls tells the ledger of slots which calls go on, and the next components
// of the ledger.
type slotCalls struct {
	processor.Logs
	ledger *limit.Ledger
}

// ConsumeLogs processes one request.
func (s slotCalls) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	call := s.ledger.Begin()
	defer s.ledger.End(call)
	return s.Logs.ConsumeLogs(contract.WithSlots(ctx, s.ledger), ld)
}
