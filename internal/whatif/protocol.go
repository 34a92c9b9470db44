// SPDX-License-Identifier: Apache-2.0

package whatif

import "strings"

// protocol is that of a port of an entry, as far as listeners depend on it.
type protocol uint8

const (
	// sniffed: the proxy tells HTTP from other traffic. It is also the protocol of a
	// listener that HTTP and other traffic share.
	sniffed protocol = iota
	plainHTTP
	// proxyHTTP is a Sidecar's listener that is an HTTP proxy.
	proxyHTTP
	// encrypted is TLS and HTTPS, which Istio treats alike.
	encrypted
	plainTCP
	// mysql and mongo share a port with no other protocol, because their servers speak
	// first.
	mysql
	mongo
	// udp gets no listener.
	udp
)

// parseProtocol reads a protocol in any case. Resources have no others than these.
//
// Source: Parse in pkg/config/protocol and ModelProtocolToListenerProtocol in
// pilot/pkg/networking.
func parseProtocol(name string) protocol {
	switch strings.ToLower(name) {
	case "http", "http2", "grpc", "grpc-web":
		return plainHTTP
	case "http_proxy":
		return proxyHTTP
	case "https", "tls":
		return encrypted
	case "tcp", "redis":
		return plainTCP
	case "mysql":
		return mysql
	case "mongo":
		return mongo
	case "udp":
		return udp
	default:
		return sniffed
	}
}

// isTCP tells whether listeners treat the protocol as bytes.
func (p protocol) isTCP() bool {
	return p == encrypted || p == plainTCP || p == mysql || p == mongo
}

// serverSpeaksFirst tells whether a protocol shares its port with no other one.
func (p protocol) serverSpeaksFirst() bool { return p == mysql || p == mongo }
