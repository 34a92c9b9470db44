// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"bufio"
	"net"

	"google.golang.org/grpc/credentials"
)

// metered puts a meter above TLS.
type metered struct {
	credentials.TransportCredentials
	buffer int
}

func (m *metered) ServerHandshake(below net.Conn) (net.Conn, credentials.AuthInfo, error) {
	above, info := below, credentials.AuthInfo(nil)
	if m.TransportCredentials != nil {
		var err error
		if above, info, err = m.TransportCredentials.ServerHandshake(below); err != nil {
			return nil, nil, err
		}
	}
	c, ok := below.(*conn)
	if !ok {
		return above, info, nil
	}
	c.mu.Lock()
	c.raw, c.pending = false, 0
	c.sync()
	c.mu.Unlock()
	return &meteredConn{Conn: above, c: c, reader: bufio.NewReaderSize(above, m.buffer)}, info, nil
}

func (m *metered) Info() credentials.ProtocolInfo {
	if m.TransportCredentials == nil {
		return credentials.ProtocolInfo{SecurityProtocol: "insecure"}
	}
	return m.TransportCredentials.Info()
}

func (m *metered) Clone() credentials.TransportCredentials {
	copied := *m
	if m.TransportCredentials != nil {
		copied.TransportCredentials = m.TransportCredentials.Clone()
	}
	return &copied
}

type meteredConn struct {
	net.Conn
	c      *conn
	reader *bufio.Reader
}

func (m *meteredConn) Read(p []byte) (int, error) {
	n, err := m.reader.Read(p)
	if n > 0 {
		m.c.mu.Lock()
		unfinished, finished := m.c.unfinished, m.c.finished
		m.c.meter.read(p[:n])
		if unfinished != m.c.unfinished || finished != m.c.finished {
			m.c.sync()
		}
		m.c.mu.Unlock()
	}
	return n, err
}
