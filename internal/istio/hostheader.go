// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// hostFallback tells whether the Host header may name the service. In Istio it
// may on outbound listeners of sidecars only: whoever reaches a pod or a gateway
// writes that header.
func (o *Options) hostFallback(f *Facts) bool {
	switch o.HostHeaderFallback {
	case FallbackAlways:
		return true
	case FallbackNever:
		return false
	default:
		return f.direction == names.Outbound && !f.gateway
	}
}

// authority is the Host header, as the user wants it spelled.
func (o *Options) authority(rec *accesslog.Record) string {
	h := rec.Get(accesslog.Authority)
	if o.NormalizeHosts {
		h = host.Normal(h)
	}
	return h
}

// Host is the Host header of a record as destination_service shows it. It may
// share memory with the record.
func (o *Options) Host(rec *accesslog.Record) string {
	return contract.CleanValue(o.authority(rec))
}
