// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// kind of traffic, told apart by how the proxy routed it.
type kind int

const (
	httpPassthrough kind = iota
	httpBlocked
	httpKnown
	// httpNameless is a request of which only the Host header names the service.
	httpNameless
	// httpInbound is a request that came in, without a certificate: its client
	// claims to be somebody, and to want a service of the proxy's namespace.
	httpInbound
	tcpPassthrough
	tcpBlocked
	tcpInbound
	numKinds
)

func (k kind) tcp() bool { return k >= tcpPassthrough }

func (k kind) inbound() bool { return k == httpInbound || k == tcpInbound }

const (
	knownService = "httpbin"
	knownHost    = "httpbin.foo.svc.cluster.local"
	// namedByHost stands for a destination_service_name that is the client's.
	namedByHost = "(host)"
	// unregistered stands for a status code that no registry has.
	unregistered = "(code)"
)

var registeredCodes = []string{"200", "503"}

// codeOf is a status code as the reference has it.
func codeOf(code string) string {
	if code == "" || slices.Contains(registeredCodes, code) {
		return code
	}
	return unregistered
}

// record is one entry of an access log, and all that is known of it.
type record struct {
	kind                     kind
	namespace, workload      string // that reports
	peer                     int    // who the client says it is, where it came in
	host, path               string
	address                  netip.Addr
	code                     string
	received, sent, duration int
}

// service is the record's destination_service_name.
func (r *record) service() string {
	switch r.kind {
	case httpKnown:
		return knownService
	case httpNameless, httpInbound, tcpInbound:
		return namedByHost
	case httpBlocked, tcpBlocked:
		return istio.BlackHoleCluster
	default:
		return istio.PassthroughCluster
	}
}

// columns are the cluster, the host and the route as Envoy logs them.
func (r *record) columns() (cluster, host, route string) {
	switch r.kind {
	case httpKnown:
		return "outbound|8080||" + knownHost, "httpbin.foo:8080", "default"
	case httpNameless:
		return "-", r.host, "default"
	case httpInbound:
		return "inbound|8080||", r.host, "default"
	case tcpInbound:
		return "inbound|8080||", "-", "-"
	case httpBlocked:
		return "-", r.host, "block_all"
	case httpPassthrough:
		return istio.PassthroughCluster, r.host, "allow_any"
	case tcpBlocked:
		return istio.BlackHoleCluster, "-", "-"
	default:
		return istio.PassthroughCluster, "-", "-"
	}
}

// serverName is what the client of a record that came in wants, and wanted the
// host in it.
func (r *record) serverName() string {
	if !r.kind.inbound() {
		return "-"
	}
	return "outbound_.8080_._." + r.wanted()
}

func (r *record) wanted() string {
	if !r.kind.inbound() {
		return r.host
	}
	return fmt.Sprintf("svc-%d.%s.svc.cluster.local", r.peer, r.namespace)
}

// text is the record as a line of Istio's default format.
func (r *record) text() string {
	cluster, host, route := r.columns()
	request := fmt.Sprintf("GET %s HTTP/1.1", r.path)
	if r.kind.tcp() {
		request = "- - -"
	}
	to := netip.AddrPortFrom(r.address, 443)
	return fmt.Sprintf("[2026-11-23T03:26:42.738Z] %q %s - - - \"-\" %d %d %d - \"-\" \"curl/8\" \"id-1\" %q \"%s\" %s 10.244.0.8:34644 %s 10.244.0.8:38258 %s %s\n",
		request, r.code, r.received, r.sent, r.duration, host, to, cluster, to, r.serverName(), route)
}

// attributes are the record as the recommended labels have it.
func (r *record) attributes() map[string]any {
	cluster, host, route := r.columns()
	to := netip.AddrPortFrom(r.address, 443).String()
	a := map[string]any{
		"access_log_type": "TcpConnectionEnd", "listener_direction": "2",
		"namespace": r.namespace, "workload_name": r.workload,
		"upstream_cluster_raw": cluster, "upstream_host": to, "downstream_local_address": to,
		"response_code": r.code, "response_flags": "-", "duration": strconv.Itoa(r.duration),
		"downstream_wire_bytes_received": strconv.Itoa(r.received), "downstream_wire_bytes_sent": strconv.Itoa(r.sent),
	}
	if !r.kind.tcp() {
		a["access_log_type"] = "DownstreamEnd"
		a["method"], a["protocol"], a["path"], a["authority"], a["route_name"] = "GET", "HTTP/1.1", r.path, host, route
	}
	if r.kind.inbound() {
		a["listener_direction"], a["requested_server_name"] = "1", r.serverName()
		a["downstream_peer"] = fmt.Sprintf(`{"workload":"%s%d","namespace":"n%[2]d","app":"a%[2]d"}`, claimedPrefix, r.peer)
	}
	return a
}

// claimedPrefix starts the names of workloads that nothing but their word names.
const claimedPrefix = "claimed-"

// request is what one proxy sends at once.
func request(records []record, asText bool) plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	if asText {
		rl.Resource().Attributes().PutStr("k8s.namespace.name", records[0].namespace)
		rl.Resource().Attributes().PutStr("k8s.deployment.name", records[0].workload)
	}
	to := rl.ScopeLogs().AppendEmpty().LogRecords()
	for i := range records {
		lr := to.AppendEmpty()
		if asText {
			lr.Body().SetStr(records[i].text())
		} else if err := lr.Attributes().FromRaw(records[i].attributes()); err != nil {
			panic(err) // they are strings
		}
	}
	return ld
}

// source is a workload with its own way to choose where it goes.
type source struct {
	rng                 *rand.Rand
	namespace, workload string
	asText              bool
	kinds               []kind
	// next chooses the number of an address or host.
	next func() int
}

func newSource(seed, n uint64) *source {
	rng := rand.New(rand.NewPCG(seed, n))
	s := &source{
		rng:       rng,
		namespace: fmt.Sprintf("team-%d", n%2),
		workload:  fmt.Sprintf("shop-%d", n),
		asText:    rng.IntN(2) == 0,
	}
	for range 1 + rng.IntN(int(numKinds)) {
		s.kinds = append(s.kinds, kind(rng.IntN(int(numKinds))))
	}
	zipf := rand.NewZipf(rng, 1.1+rng.Float64(), 1, 5000)
	seen := 0
	s.next = []func() int{
		func() int { return int(zipf.Uint64()) },
		func() int { return rng.IntN(8) },
		func() int { seen++; return int(n)<<20 + seen },     // a scan
		func() int { seen++; return seen/20 + rng.IntN(6) }, // a window that slides
		func() int { return rng.IntN(1 << 24) },
	}[rng.IntN(5)]
	return s
}

func (s *source) records(n int) []record {
	all := make([]record, n)
	for i := range all {
		to := s.next()
		all[i] = record{
			kind:      s.kinds[s.rng.IntN(len(s.kinds))],
			namespace: s.namespace, workload: s.workload, peer: to,
			host: s.host(to), path: fmt.Sprintf("/%d", to%50), address: address(to),
			code:     s.code(),
			received: s.rng.IntN(300), sent: s.rng.IntN(300), duration: s.rng.IntN(300),
		}
		if all[i].kind.tcp() {
			all[i].code = "0"
		}
	}
	return all
}

// code gives now and then one that no registry has.
func (s *source) code() string {
	if s.rng.IntN(20) == 0 {
		return strconv.Itoa(600 + s.rng.IntN(100))
	}
	return registeredCodes[s.rng.IntN(len(registeredCodes))]
}

// host gives now and then a name that is also a fallback, or none of Host's.
func (s *source) host(n int) string {
	switch s.rng.IntN(40) {
	case 0:
		return "other"
	case 1:
		return "10.0.0.0/16"
	case 2:
		return "office"
	case 3:
		return strings.Repeat("long.", 60) + strconv.Itoa(n)
	default:
		return fmt.Sprintf("host-%d.example", n)
	}
}

// address gives both families, and IPv4 in IPv6's clothes.
func address(n int) netip.Addr {
	v4 := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
	switch n % 7 {
	case 0:
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 0, byte(n >> 16), byte(n >> 8), 15: byte(n)})
	case 1:
		return netip.AddrFrom16(v4.As16())
	default:
		return v4
	}
}
