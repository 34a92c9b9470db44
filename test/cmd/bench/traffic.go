// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// The size of the mesh that sends: a few dozen label sets and some two hundred
// addresses outside.
const (
	workloads     = 12
	addressesEach = 18 // outside addresses that a workload talks to
	hostsEach     = 3  // outside hosts
	servicesEach  = 4  // services of the mesh that it calls
)

// kind of traffic, told apart by how the proxy routed it.
type kind int

const (
	httpKnown kind = iota
	httpInbound
	httpPassthrough
	httpBlocked
	grpcKnown
	tcpPassthrough
	tcpBlocked
)

// mix is the share of each kind in twenty records.
var mix = []struct {
	kind  kind
	share int
}{
	{httpKnown, 5},
	{httpInbound, 4},
	{httpPassthrough, 4},
	{httpBlocked, 2},
	{grpcKnown, 1},
	{tcpPassthrough, 3},
	{tcpBlocked, 1},
}

func (k kind) tcp() bool     { return k == tcpPassthrough || k == tcpBlocked }
func (k kind) inbound() bool { return k == httpInbound }

// sender is one proxy of the mesh.
type sender struct {
	index     int
	app       string
	namespace string
	pod       string
	ip        string
}

func newSender(index int) sender {
	app := fmt.Sprintf("shop-%02d", index)
	return sender{
		index:     index,
		app:       app,
		namespace: fmt.Sprintf("team-%d", index%4),
		pod:       fmt.Sprintf("%s-v1-7d9c5b8f6d-%05d", app, 41213+index*7919%90000),
		ip:        fmt.Sprintf("10.244.%d.%d", index/100, 10+index%100),
	}
}

// entry is one access-log entry: what Envoy's operators give, before a format
// puts it into text or attributes. A field that is empty is written as `-`.
type entry struct {
	from sender
	kind kind

	start, path, protocol, method    string
	code, flags, details             string
	received, sent, duration, served int
	userAgent, requestID, authority  string
	upstreamHost, cluster, route     string
	upstreamLocal, local, remote     string
	serverName                       string

	// What only labels say.
	accessLogType, contentType, grpcStatus string
	services, upstreamWorkload             string
	peerSAN, ownSAN                        string
}

// newEntry makes an entry of a kind. The same generator makes the same entries.
func newEntry(rng *rand.Rand, from sender, k kind) entry {
	e := entry{
		from:      from,
		kind:      k,
		start:     fmt.Sprintf("2026-11-23T%02d:%02d:%02d.%03dZ", rng.IntN(24), rng.IntN(60), rng.IntN(60), rng.IntN(1000)),
		code:      "200",
		received:  rng.IntN(4000),
		sent:      rng.IntN(20000),
		duration:  rng.IntN(250),
		requestID: fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Int64N(1<<48)),
		remote:    fmt.Sprintf("%s:%d", from.ip, 32768+rng.IntN(28000)),
		ownSAN:    fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", from.namespace, from.app),
	}
	if k.tcp() {
		e.fillTCP(rng)
		return e
	}
	e.method, e.protocol = "GET", "HTTP/1.1"
	e.path = fmt.Sprintf("/api/v1/items/%d?page=%d", rng.IntN(100000), rng.IntN(20))
	e.userAgent = "python-requests/2.32.3"
	e.details, e.accessLogType = "via_upstream", "DownstreamEnd"
	e.served = e.duration
	if rng.IntN(25) == 0 {
		e.code = "503"
	}
	switch k {
	case httpPassthrough:
		e.fillPassthrough(rng)
	case httpBlocked:
		e.fillBlocked(rng)
	case httpInbound:
		e.fillInbound(rng)
	default:
		e.fillKnown(rng)
	}
	return e
}

// outside is one of the addresses that this sender talks to.
func (s sender) outside(rng *rand.Rand) string {
	return fmt.Sprintf("203.0.113.%d", 1+s.index*addressesEach+rng.IntN(addressesEach))
}

func (s sender) outsideHost(rng *rand.Rand) string {
	return fmt.Sprintf("api-%d.vendor-%02d.example", rng.IntN(hostsEach), s.index)
}

func (e *entry) fillTCP(rng *rand.Rand) {
	e.protocol, e.method, e.code, e.accessLogType = "", "", "0", "TcpConnectionEnd"
	e.local = e.from.outside(rng) + ":5432"
	if e.kind == tcpBlocked {
		e.cluster, e.flags = "BlackHoleCluster", "UH"
		e.received, e.sent, e.duration = 0, 0, 0
		return
	}
	e.cluster, e.upstreamHost = "PassthroughCluster", e.local
	e.upstreamLocal = e.remote
}

func (e *entry) fillPassthrough(rng *rand.Rand) {
	e.authority, e.route = e.from.outsideHost(rng), "allow_any"
	e.local = e.from.outside(rng) + ":80"
	e.cluster, e.upstreamHost, e.upstreamLocal = "PassthroughCluster", e.local, e.remote
}

func (e *entry) fillBlocked(rng *rand.Rand) {
	e.authority, e.route = e.from.outsideHost(rng), "block_all"
	e.local = e.from.outside(rng) + ":80"
	e.code, e.details, e.received, e.sent, e.duration, e.served = "502", "direct_response", 0, 0, 0, 0
}

func (e *entry) fillInbound(rng *rand.Rand) {
	caller := newSender(rng.IntN(workloads))
	e.authority, e.route = fmt.Sprintf("%s.%s:8080", e.from.app, e.from.namespace), "default"
	e.cluster, e.upstreamHost = "inbound|8080||", e.from.ip+":8080"
	e.local, e.upstreamLocal = e.upstreamHost, fmt.Sprintf("127.0.0.6:%d", 32768+rng.IntN(28000))
	e.remote = fmt.Sprintf("%s:%d", caller.ip, 32768+rng.IntN(28000))
	e.serverName = fmt.Sprintf("outbound_.8080_._.%s.%s.svc.cluster.local", e.from.app, e.from.namespace)
	e.services = services(e.from)
	e.peerSAN = fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", caller.namespace, caller.app)
}

func (e *entry) fillKnown(rng *rand.Rand) {
	to := newSender((e.from.index + 1 + rng.IntN(servicesEach)) % workloads)
	fqdn := fmt.Sprintf("%s.%s.svc.cluster.local", to.app, to.namespace)
	e.authority, e.route = fmt.Sprintf("%s.%s:8080", to.app, to.namespace), "default"
	e.cluster, e.upstreamHost = "outbound|8080||"+fqdn, to.ip+":8080"
	e.local, e.upstreamLocal = fmt.Sprintf("10.96.0.%d:8080", 10+to.index), e.remote
	e.services = services(to)
	e.upstreamWorkload = fmt.Sprintf("%s;%s;%s;v1;Kubernetes", to.app, to.namespace, to.app)
	e.peerSAN = fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", to.namespace, to.app)
	if e.kind == grpcKnown {
		e.method, e.protocol, e.path, e.userAgent = "POST", "HTTP/2", "/shop.v1.Items/Get", "grpc-go/1.80.0"
		e.code, e.contentType, e.grpcStatus = "200", "application/grpc", strconv.Itoa(rng.IntN(3))
	}
}

func services(s sender) string {
	return fmt.Sprintf(`[{"host":"%s.%s.svc.cluster.local","name":%q,"namespace":%q}]`, s.app, s.namespace, s.app, s.namespace)
}
