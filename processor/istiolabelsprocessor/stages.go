// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"crypto/rand"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/bound"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/enrich"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/label"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/learn"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/read"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/write"
)

// stages is what all requests share of the stages.
type stages struct {
	rules    istio.Options
	formats  *read.Formats
	enricher *enrich.Enricher
	labels   *label.Labels
	bounds   *bound.Bounds
	write    write.Options
	learner  *learn.Learner

	// senderFromResource lets the resource alone name the proxy.
	senderFromResource bool

	maker *labelset.Maker
	clock func() int64
	names hostNames
}

func newStages(cfg *Config, set component.TelemetrySettings) (*stages, error) {
	s := &stages{
		rules: cfg.rules(), senderFromResource: cfg.SenderFrom == senderFromResource,
		clock: newClock(), names: newHostNames(cfg),
	}
	text, err := cfg.LogFormat.compileText()
	if err != nil {
		return nil, err
	}
	keys, err := cfg.LogFormat.compileLabels()
	if err != nil {
		return nil, err
	}
	isRead := func(name string) bool { _, ok := keys.Lookup(name); return ok }
	names := attrname.New(slices.Collect(maps.Keys(cfg.Labels)), isRead)
	expressions, err := cfg.compileExpressions(names, set)
	if err != nil {
		return nil, err
	}
	maker := newSetMaker(cfg)
	limiters, err := newLimiters(cfg, maker)
	if err != nil {
		return nil, err
	}
	limiters.Logger = set.Logger

	s.formats = read.New(read.Options{Text: text, Keys: keys, Names: names, Open: expressions != nil})
	s.enricher = enrich.New(enrich.Options{Rules: s.rules, Wanted: s.names.wanted, Learned: s.names.learned, DNS: s.names.dns})
	s.bounds, s.maker = bound.New(limiters), maker
	s.labels = label.New(label.Options{Rules: s.rules, Expressions: expressions, HostApart: s.bounds.BoundsHosts(), Maker: maker})
	s.write = write.Options{Names: names, OnRecord: maker.OnRecord}
	s.learner = &learn.Learner{Names: s.names.learned, DNS: s.names.dns}
	return s, nil
}

// newClock returns a clock in nanoseconds since the Unix epoch that no step of
// the machine's time moves: what is remembered must not seem old, or new, for it.
func newClock() func() int64 {
	start := time.Now()
	return func() int64 { return start.UnixNano() + int64(time.Since(start)) }
}

func (c *Config) rules() istio.Options {
	return istio.Options{
		Schema:                c.Schema,
		HostHeaderFallback:    c.HostHeaderFallback,
		NormalizeHosts:        bool(c.NormalizeHosts),
		ClusterDomain:         c.ClusterDomain,
		ClusterID:             c.ClusterID,
		NoGRPCByPath:          !bool(c.GRPCByPath),
		BlockedWithoutCluster: c.BlockedWithoutCluster,
	}
}

func newSetMaker(cfg *Config) *labelset.Maker {
	m := &labelset.Maker{Schema: cfg.Schema, OnRecord: cfg.LabelsOn == labelsOnRecord, Incarnation: rand.Text()}
	for _, name := range cfg.Remove {
		if l, ok := contract.LabelByName(name); ok {
			m.Removed = append(m.Removed, l)
		}
	}
	if cfg.limitUse(contract.DestinationIP.String()) == ofAddresses {
		m.IPDestinations = cfg.DestinationIP.Destinations
	}
	if cfg.limitUse(contract.DestinationHost.String()) == ofAddresses {
		m.HostDestinations = cfg.DestinationHost.Destinations
	}
	return m
}
