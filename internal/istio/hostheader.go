package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// hostFallback tells whether the Host header may name the service. Istio lets
// it on outbound sidecar listeners only: whoever reaches a pod or a gateway
// writes that header.
func (o Options) hostFallback(f Facts) bool {
	switch o.HostHeaderFallback {
	case FallbackAlways:
		return true
	case FallbackNever:
		return false
	default:
		return f.direction == outbound && !f.gateway
	}
}

func (o Options) authority(rec *accesslog.Record) string {
	h := rec.Get(accesslog.Authority)
	if o.NormalizeHosts {
		h = host.Normal(h)
	}
	return h
}

// Host is the Host header of a record as destination_service shows it. It may
// share memory with the record.
func (o Options) Host(rec *accesslog.Record) string {
	return contract.CleanValue(o.authority(rec))
}

// HostAlone tells whether the Host header of a record is its destination_service
// and nothing else depends on it, so that any other host gives the same labels
// but for that one. It holds for requests that leave the mesh or were kept from
// it.
func (o Options) HostAlone(rec *accesslog.Record, f Facts) bool {
	if !f.HTTP || !o.hostFallback(f) || rec.Get(accesslog.Authority) == "" {
		return false
	}
	_, ok := o.withoutService(rec, f)
	return ok
}
