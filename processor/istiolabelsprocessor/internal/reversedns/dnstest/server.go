// SPDX-License-Identifier: Apache-2.0

// Package dnstest serves DNS on a loopback socket, for tests.
package dnstest // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns/dnstest"

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

// Server is a DNS server on a loopback socket. What it is asked and has no
// records for is NXDOMAIN.
type Server struct {
	t    testing.TB
	conn net.PacketConn

	mu sync.Mutex
	// Pointers are PTR records by address, Hosts A and AAAA records by name.
	Pointers map[netip.Addr][]string
	Hosts    map[string][]netip.Addr
	// reply, if it is set, decides what becomes of a question.
	reply func(dnsmessage.Question) Behaviour
	asked []string
}

// Behaviour is what becomes of a question.
type Behaviour int

// Behaviours.
const (
	Answers Behaviour = iota
	Fails
	Babbles
	IsSilent
)

// Start starts a server, which ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &Server{t: t, conn: conn, Pointers: map[netip.Addr][]string{}, Hosts: map[string][]netip.Addr{}}
	var serving sync.WaitGroup
	serving.Go(s.serve)
	t.Cleanup(func() {
		assert.NoError(t, conn.Close())
		serving.Wait()
	})
	return s
}

// Addr is where it listens, as HOST:PORT.
func (s *Server) Addr() string { return s.conn.LocalAddr().String() }

// Add gives an address names that mean it.
func (s *Server) Add(addr netip.Addr, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		s.Pointers[addr] = append(s.Pointers[addr], name+".")
		s.Hosts[name+"."] = append(s.Hosts[name+"."], addr)
	}
}

// Change changes its records.
func (s *Server) Change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Behave sets what decides what becomes of a question.
func (s *Server) Behave(reply func(dnsmessage.Question) Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// Questions are the names and types that it was asked for, in order.
func (s *Server) Questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) serve() {
	buffer := make([]byte, 512)
	for {
		n, from, err := s.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var request dnsmessage.Message
		if err := request.Unpack(buffer[:n]); err != nil || len(request.Questions) != 1 {
			s.t.Errorf("no question: %q, %v", buffer[:n], err)
			continue
		}
		if response := s.respond(request); response != nil {
			_, _ = s.conn.WriteTo(response, from) // the client may have gone
		}
	}
}

func (s *Server) respond(request dnsmessage.Message) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := request.Questions[0]
	s.asked = append(s.asked, fmt.Sprintf("%s %s", strings.TrimPrefix(q.Type.String(), "Type"), q.Name))
	response := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: request.ID, Response: true, RecursionAvailable: true},
		Questions: request.Questions,
	}
	behaves := Answers
	if s.reply != nil {
		behaves = s.reply(q)
	}
	switch behaves {
	case IsSilent:
		return nil
	case Babbles:
		return []byte("\xff\x00no DNS message")
	case Fails:
		response.RCode = dnsmessage.RCodeServerFailure
	default:
		response.Answers = s.records(q)
		if len(response.Answers) == 0 {
			response.RCode = dnsmessage.RCodeNameError
		}
	}
	packed, err := response.Pack()
	assert.NoError(s.t, err)
	return packed
}

func (s *Server) records(q dnsmessage.Question) (records []dnsmessage.Resource) {
	add := func(body dnsmessage.ResourceBody) {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET, TTL: 60}
		records = append(records, dnsmessage.Resource{Header: header, Body: body})
	}
	switch q.Type {
	case dnsmessage.TypePTR:
		for addr, names := range s.Pointers {
			if ARPA(addr) != q.Name.String() {
				continue
			}
			for _, name := range names {
				add(&dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(name)})
			}
		}
	case dnsmessage.TypeA, dnsmessage.TypeAAAA:
		for _, addr := range s.Hosts[strings.ToLower(q.Name.String())] {
			switch {
			case addr.Is4() && q.Type == dnsmessage.TypeA:
				add(&dnsmessage.AResource{A: addr.As4()})
			case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
				add(&dnsmessage.AAAAResource{AAAA: addr.As16()})
			}
		}
	}
	return records
}

// ARPA is the name under which an address has its PTR records.
func ARPA(addr netip.Addr) string {
	var b strings.Builder
	if addr.Is4() {
		a := addr.As4()
		fmt.Fprintf(&b, "%d.%d.%d.%d.in-addr.arpa.", a[3], a[2], a[1], a[0])
		return b.String()
	}
	a := addr.As16()
	for i := len(a) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "%x.%x.", a[i]&0xf, a[i]>>4)
	}
	return b.String() + "ip6.arpa."
}
