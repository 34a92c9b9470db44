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
	var ofScope fields
	ofScope.read(sl.Scope().Attributes())
	records := sl.LogRecords()
	if ofScope.hasVersion && !r.take(&ofScope, int64(records.Len())) {
		return
	}
	if !ofScope.hasVersion {
		ofScope = fields{}
	}
	ofScope.cleanLabels()
	for _, lr := range records.All() {
		f := ofScope
		f.read(lr.Attributes())
		if !ofScope.hasVersion {
			if !r.take(&f, 1) {
				continue
			}
			f.cleanLabels()
		}
		f.cleanAddresses()
		r.observe(&f, now)
	}
}

// observe adds a record that left the mesh.
func (r *Reader) observe(f *fields, now int64) {
	o := f.observation(now)
	r.Observations = append(r.Observations, o)
	if o.Key.Decision != egress.Allowed && f.host == "" {
		r.Missing.Host++
	}
	// Envoy looks the host up itself for the third cluster: its records have no address.
	if o.Key.Decision != egress.Allowed && f.address == "" && f.network == "" && f.serviceName != contract.AllowAnyDynamicDNSCluster {
		r.Missing.Address++
	}
	if n := len(r.Proxies); f.proxy != "" && (n == 0 || r.Proxies[n-1] != f.proxy) {
		r.Proxies = append(r.Proxies, f.proxy)
	}
}

// take counts records that have the same kind, and tells whether they become
// observations.
func (r *Reader) take(f *fields, records int64) bool {
	switch {
	case !f.hasVersion:
		r.Outcomes.NoContract += records
	case !f.knownVersion:
		r.Outcomes.UnknownVersion += records
	case f.traffic == "" || !f.verdict.Counted():
		r.Outcomes.Inside += records
	default:
		r.Outcomes.Outside += records
		return true
	}
	return false
}

// fields is what a scope and its record say, or a record alone.
type fields struct {
	hasVersion, knownVersion bool
	verdict                  contract.Verdict
	traffic, nameSource      string
	proxy                    string
	port, received, sent     int64

	namespace, workload, app string
	serviceName, service     string
	address, host, network   string
}

// cleanLabels makes values of labels ones that a page and a log survive. In the form
// where labels stand on the scope this is done once for all its records.
func (f *fields) cleanLabels() {
	for _, s := range []*string{&f.namespace, &f.workload, &f.app, &f.serviceName, &f.service} {
		*s = contract.CleanValue(*s)
	}
}

// cleanAddresses does the same for the labels that stand on each record.
func (f *fields) cleanAddresses() {
	for _, s := range []*string{&f.address, &f.host, &f.network, &f.proxy} {
		*s = contract.CleanValue(*s)
	}
}

// read reads attributes. What was read before stays where they say nothing.
func (f *fields) read(attributes pcommon.Map) {
	for key, value := range attributes.All() {
		switch value.Type() {
		case pcommon.ValueTypeStr:
			f.readString(key, value.Str())
		case pcommon.ValueTypeInt:
			f.readInt(key, value.Int())
		}
	}
}

func (f *fields) readInt(key string, n int64) {
	switch key {
	case contract.AttrVersion:
		f.hasVersion, f.knownVersion = true, n == contract.Version
	case contract.AttrDestinationPort:
		f.port = n
	case contract.AttrBytesReceived:
		f.received = n
	case contract.AttrBytesSent:
		f.sent = n
	}
}

// names are those of labels. They are compared with each attribute, and so made once.
var names = func() (n struct{ namespace, workload, app, serviceName, service, address, host, network string }) {
	n.namespace, n.workload, n.app = contract.SourceWorkloadNamespace.String(), contract.SourceWorkload.String(), contract.SourceApp.String()
	n.serviceName, n.service = contract.DestinationServiceName.String(), contract.DestinationService.String()
	n.address, n.host, n.network = contract.DestinationIP.String(), contract.DestinationHost.String(), contract.DestinationNetwork.String()
	return n
}()

func (f *fields) readString(key, s string) {
	switch key {
	case contract.AttrVerdict:
		f.verdict = contract.Verdict(s)
	case contract.AttrTraffic:
		f.traffic = s
	case contract.AttrNameSource:
		f.nameSource = s
	case contract.AttrProxy:
		f.proxy = s
	case names.namespace:
		f.namespace = s
	case names.workload:
		f.workload = s
	case names.app:
		f.app = s
	case names.serviceName:
		f.serviceName = s
	case names.service:
		f.service = s
	case names.address:
		f.address = s
	case names.host:
		f.host = s
	case names.network:
		f.network = s
	}
}
