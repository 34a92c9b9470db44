// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// Set is a set of labels. It does not change.
type Set struct {
	Values
	// ID tells it from all other sets of its maker.
	ID uint64
	// HasIP and HasHost are true if its records get destination_ip and
	// destination_host.
	HasIP, HasHost bool
	// Asker is who is charged for the slots of its values.
	Asker limit.Asker
	// Bounded are those of its values that need a slot.
	Bounded []Bounded

	maker   *Maker
	once    sync.Once
	written pcommon.Map
}

// Maker makes sets as the configuration wants them. Its fields are read only. It
// is safe for concurrent use.
type Maker struct {
	Schema contract.Schema
	// OnRecord is set if labels stand on the record.
	OnRecord bool
	// Removed are labels to leave out.
	Removed []contract.Label
	// IPDestinations and HostDestinations are the values of
	// destination_service_name whose records get destination_ip and
	// destination_host.
	IPDestinations, HostDestinations []string
	// Limited are the labels whose values are limited, but for those of addresses.
	Limited []Limited
	// LimitedPeers is set if claimed peers are limited.
	LimitedPeers bool
	// Incarnation names this run of the processor.
	Incarnation string

	made atomic.Uint64
}
