// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

// names that the mesh's name server knows; all others do not exist.
var names = map[string][4]byte{
	"www.example.com.":     {203, 0, 113, 10},
	"reports.example.com.": {203, 0, 113, 11},
}

// serveNames is the name server of all pods.
func serveNames(t *testing.T, n *network) {
	t.Helper()
	conn, err := n.node.ListenPacket(t.Context(), nodeIP+":53")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		question := make([]byte, 512)
		for {
			size, from, err := conn.ReadFrom(question)
			if err != nil {
				return // closed
			}
			if reply, ok := answerName(question[:size]); ok {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	require.NoError(t, useNames())
}

// useNames has everybody in the sandbox ask the name server of their node.
var useNames = sync.OnceValue(func() error {
	file, err := os.CreateTemp("", "resolv.conf")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.WriteString("nameserver " + nodeIP + "\n"); err != nil {
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	return syscall.Mount(file.Name(), "/etc/resolv.conf", "", syscall.MS_BIND, "")
})

func answerName(question []byte) (reply []byte, ok bool) {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil, false
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	ip, known := names[strings.ToLower(q.Name.String())]
	switch {
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: ip}}}
	}
	reply, err := m.Pack()
	return reply, err == nil
}
