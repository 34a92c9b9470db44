// SPDX-License-Identifier: Apache-2.0

// Package reader reads traffic that leaves the mesh from labelled log records. See
// package contract for what stands where.
package reader // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/reader"

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
)

// Outcomes counts records by what became of them.
type Outcomes struct {
	// Outside records became observations.
	Outside int64
	// Inside records are of traffic that stays in the mesh, or that is not counted.
	Inside int64
	// NoContract records carry nothing of the contract.
	NoContract int64
	// UnknownVersion records are of another version of the contract.
	UnknownVersion int64
}

// Reader reads log records. It holds the buffers that this takes, so that one which
// is used again allocates nothing. It is not safe for concurrent use.
type Reader struct {
	// Observations are those of the last Read. Their strings are those of the logs
	// until Release.
	Observations []ledger.Observation
	Outcomes     Outcomes
	// Proxies wrote the records of the observations. A proxy is there once for each run
	// of its records. The strings last as long as those of the observations.
	Proxies []string
	Missing Missing
}

// Missing counts observations that lack a label. Those to ServiceEntries need none.
type Missing struct {
	// Host is destination_host, Address is destination_ip.
	Host, Address int64
}

// usualObservations is how many observations a reader keeps room for.
const usualObservations = 8192

// Read fills the observations and the outcomes from logs that arrived now.
func (r *Reader) Read(ld plog.Logs, now int64) {
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			r.readScope(sl, now)
		}
	}
}

// Release empties the reader and lets go of the logs.
func (r *Reader) Release() {
	r.Observations = reuse.Empty(r.Observations, usualObservations)
	r.Proxies = reuse.Empty(r.Proxies, usualObservations)
	r.Outcomes, r.Missing = Outcomes{}, Missing{}
}

func (r *Reader) readScope(sl plog.ScopeLogs, now int64) {
	var set labelSet
	set.read(sl.Scope().Attributes())
	if !set.hasVersion {
		for _, lr := range sl.LogRecords().All() {
			r.readRecord(lr.Attributes(), now)
		}
		return
	}
	if !r.take(&set, int64(sl.LogRecords().Len())) {
		return
	}
	// What the records of a scope share is worked out once.
	shared := set.observation(now)
	for _, lr := range sl.LogRecords().All() {
		var own ownFields
		own.read(lr.Attributes())
		r.observe(&set, shared, &own)
	}
}

// readRecord reads a record whose labels stand on itself.
func (r *Reader) readRecord(attributes pcommon.Map, now int64) {
	var set labelSet
	set.read(attributes)
	if !r.take(&set, 1) {
		return
	}
	var own ownFields
	own.read(attributes)
	r.observe(&set, set.observation(now), &own)
}

// observe adds a record that left the mesh, or was to.
func (r *Reader) observe(set *labelSet, o ledger.Observation, own *ownFields) {
	own.clean()
	own.addTo(&o)
	r.Observations = append(r.Observations, o)
	if o.Key.Decision != egress.Allowed && own.host == "" {
		r.Missing.Host++
	}
	// Envoy looks the host up itself for the third cluster: its records have no address.
	if o.Key.Decision != egress.Allowed && own.address == "" && own.network == "" && set.serviceName != contract.AllowAnyDynamicDNSCluster {
		r.Missing.Address++
	}
	if n := len(r.Proxies); own.proxy != "" && (n == 0 || r.Proxies[n-1] != own.proxy) {
		r.Proxies = append(r.Proxies, own.proxy)
	}
}

// take counts records that have the same kind, and tells whether they become
// observations.
func (r *Reader) take(s *labelSet, records int64) bool {
	switch {
	case !s.hasVersion:
		r.Outcomes.NoContract += records
	case !s.knownVersion:
		r.Outcomes.UnknownVersion += records
	case s.traffic == "" || !s.verdict.Counted():
		r.Outcomes.Inside += records
	default:
		r.Outcomes.Outside += records
		return true
	}
	return false
}
