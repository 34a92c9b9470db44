package reversedns

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

// server is a DNS server on a loopback socket. What it is asked and has no
// records for is NXDOMAIN.
type server struct {
	t    *testing.T
	conn net.PacketConn

	mu sync.Mutex
	// pointers are PTR records by address, hosts A and AAAA records by name.
	pointers map[netip.Addr][]string
	hosts    map[string][]netip.Addr
	// reply, if it is set, decides what becomes of a question.
	reply func(dnsmessage.Question) behaviour
	asked []string
}

type behaviour int

const (
	answers behaviour = iota
	fails
	babbles
	isSilent
)

func startServer(t *testing.T) *server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{t: t, conn: conn, pointers: map[netip.Addr][]string{}, hosts: map[string][]netip.Addr{}}
	var serving sync.WaitGroup
	serving.Go(s.serve)
	t.Cleanup(func() {
		assert.NoError(t, conn.Close())
		serving.Wait()
	})
	return s
}

func (s *server) addr() string { return s.conn.LocalAddr().String() }

// add gives an address names that mean it.
func (s *server) add(addr netip.Addr, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		s.pointers[addr] = append(s.pointers[addr], name+".")
		s.hosts[name+"."] = append(s.hosts[name+"."], addr)
	}
}

// change changes its records.
func (s *server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *server) behave(reply func(dnsmessage.Question) behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// questions are the names and types that it was asked for, in order.
func (s *server) questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *server) serve() {
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

func (s *server) respond(request dnsmessage.Message) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := request.Questions[0]
	s.asked = append(s.asked, fmt.Sprintf("%s %s", strings.TrimPrefix(q.Type.String(), "Type"), q.Name))
	response := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: request.ID, Response: true, RecursionAvailable: true},
		Questions: request.Questions,
	}
	behaves := answers
	if s.reply != nil {
		behaves = s.reply(q)
	}
	switch behaves {
	case isSilent:
		return nil
	case babbles:
		return []byte("\xff\x00no DNS message")
	case fails:
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

func (s *server) records(q dnsmessage.Question) (records []dnsmessage.Resource) {
	add := func(body dnsmessage.ResourceBody) {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET, TTL: 60}
		records = append(records, dnsmessage.Resource{Header: header, Body: body})
	}
	switch q.Type {
	case dnsmessage.TypePTR:
		for addr, names := range s.pointers {
			if arpa(addr) != q.Name.String() {
				continue
			}
			for _, name := range names {
				add(&dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(name)})
			}
		}
	case dnsmessage.TypeA, dnsmessage.TypeAAAA:
		for _, addr := range s.hosts[strings.ToLower(q.Name.String())] {
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

// arpa is the name under which an address has its PTR records.
func arpa(addr netip.Addr) string {
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
