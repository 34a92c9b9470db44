// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"bytes"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

func (w *writer) address(op accesslog.Op, a *envoyproto.Address) {
	w.static(op, w.formatAddress(a))
}

// formatAddress writes an address as Envoy writes it into text. It is empty if
// there is none.
func (w *writer) formatAddress(a *envoyproto.Address) string {
	switch a.Kind {
	case envoyproto.SocketAddress:
		return w.formatSocket(a)
	case envoyproto.Pipe:
		return w.strings.keep(w.entry.Bytes(a.Name))
	case envoyproto.EnvoyInternalAddress:
		start := w.strings.Len()
		w.strings.WriteString("envoy://")
		w.strings.Write(w.entry.Bytes(a.Name))
		if id := w.entry.Bytes(a.EndpointID); len(id) > 0 {
			w.strings.WriteByte('/')
			w.strings.Write(id)
		}
		return w.strings.from(start)
	default:
		return ""
	}
}

func (w *writer) formatSocket(a *envoyproto.Address) string {
	host, port := w.entry.Bytes(a.Name), w.entry.Bytes(a.NamedPort)
	if len(host) == 0 {
		return ""
	}
	start := w.strings.Len()
	if len(port) > 0 || bytes.IndexByte(host, ':') < 0 {
		w.strings.Write(host)
	} else {
		w.strings.WriteByte('[')
		w.strings.Write(host)
		w.strings.WriteByte(']')
	}
	w.strings.WriteByte(':')
	if len(port) > 0 {
		w.strings.Write(port)
	} else {
		var digits [10]byte
		w.strings.Write(strconv.AppendUint(digits[:0], uint64(a.PortValue), 10))
	}
	return w.strings.from(start)
}
