// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"strconv"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

func (w *writer) address(op accesslog.Op, a *corev3.Address) {
	if a == nil {
		return
	}
	w.str(op, formatAddress(a))
}

// formatAddress writes an address as Envoy writes it into text.
func formatAddress(a *corev3.Address) string {
	switch a := a.GetAddress().(type) {
	case *corev3.Address_SocketAddress:
		return formatSocket(a.SocketAddress)
	case *corev3.Address_Pipe:
		return a.Pipe.GetPath()
	case *corev3.Address_EnvoyInternalAddress:
		name := "envoy://" + a.EnvoyInternalAddress.GetServerListenerName()
		if id := a.EnvoyInternalAddress.GetEndpointId(); id != "" {
			name += "/" + id
		}
		return name
	default:
		return ""
	}
}

func formatSocket(a *corev3.SocketAddress) string {
	host := a.GetAddress()
	if host == "" {
		return ""
	}
	if port := a.GetNamedPort(); port != "" {
		return host + ":" + port
	}
	var buf [64]byte
	b := buf[:0]
	if strings.IndexByte(host, ':') < 0 {
		b = append(append(b, host...), ':')
	} else {
		b = append(append(append(b, '['), host...), ']', ':')
	}
	return string(strconv.AppendUint(b, uint64(a.GetPortValue()), 10))
}
