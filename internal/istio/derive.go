// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"cmp"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Derived is what Derive finds.
type Derived struct {
	Labels  contract.LabelSet
	Verdict contract.Verdict
	// Claims says which labels are somebody's word who may write any number of
	// values.
	Claims Claims
	// Reporter is the workload whose proxy wrote the record.
	Reporter Reporter
	// Traffic is the kind of traffic that leaves the mesh.
	Traffic contract.Traffic
}

// Derive gives a record its labels and its final verdict. The labels of the
// schema and protocol all have a value, except that one which Istio leaves
// empty stays empty; AddressLabels are not among them (see DestinationIP).
// Values are safe to show: valid UTF-8, of bounded length, without control
// characters.
func (o *Options) Derive(rec *accesslog.Record, f *Facts) Derived {
	var ls contract.LabelSet
	var claims Claims
	ls[contract.Reporter] = reporterOf(f)
	proxy, peer := sides(rec, f)
	source, destination := proxy, peer
	if f.direction != names.Outbound {
		source, destination = peer, proxy
	}
	setSides(&ls, &claims, source, destination)
	o.fillClusters(&ls, f, source)
	if f.direction == names.Waypoint && destination.CanonicalRevision == "" {
		ls[contract.DestinationCanonicalRevision] = Unknown
	}
	o.setService(&ls, &claims, rec, f, proxy, destination)
	setOutcome(&ls, rec, f)
	ls[contract.ConnectionSecurityPolicy] = securityPolicy(rec, f)
	verdict := f.Verdict
	if o.Schema == contract.SchemaIstio13 {
		verdict = apply13(&ls, f)
	}
	return Derived{
		Labels: o.finish(&ls, f), Verdict: verdict, Claims: claims, Reporter: f.Reporter(rec).clone(),
		Traffic: f.traffic(rec, ls[contract.DestinationServiceName]),
	}
}

// apply13 makes the differences that Istio 1.3 had beside its label set: a
// connection to BlackHoleCluster was never opened, and its flags were empty.
func apply13(ls *contract.LabelSet, f *Facts) contract.Verdict {
	if f.Verdict != contract.VerdictTCP || ls[contract.DestinationServiceName] != BlackHoleCluster {
		return f.Verdict
	}
	ls[contract.ResponseFlags] = "-"
	return contract.VerdictTCPClosed
}

// finish keeps the labels of the schema, fills the missing ones and makes all
// values safe.
func (o *Options) finish(ls *contract.LabelSet, f *Facts) contract.LabelSet {
	var out contract.LabelSet
	for _, l := range o.Schema.Labels(f.Protocol()) {
		out[l] = SafeValue(cmp.Or(ls[l], l.Default()))
	}
	o.leaveOutClusters(&out)
	return out
}
