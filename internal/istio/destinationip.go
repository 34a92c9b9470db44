// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// DestinationIP is the address that a connection went to, or was meant to go
// to: the upstream host's, else the original destination, which is the
// downstream local address. It has no port, and is Unknown if the record has no
// address. Source: Istio 1.3's mixer filter, and the log of a blocked
// connection, which names its destination nowhere else.
func DestinationIP(rec *accesslog.Record) string {
	for _, op := range [...]accesslog.Op{accesslog.UpstreamHost, accesslog.DownstreamLocalAddress} {
		if ip := rec.Address(op); ip != "" {
			return ip
		}
	}
	return Unknown
}
