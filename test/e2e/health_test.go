// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHealthWhenNobodyGetsIn shows that the health check fails while all
// connections are in use by others, and is well again after that.
func TestHealthWhenNobodyGetsIn(t *testing.T) {
	t.Parallel()
	const connections = 8
	g := startGateway(t, map[string]string{"MAX_CONNECTIONS": strconv.Itoa(connections)})
	ctx, end := context.WithCancel(t.Context())
	connected, done := make(chan struct{}, connections), make(chan struct{})
	for n := range connections {
		go func() {
			g.keepConnected(ctx, t, n, connected)
			done <- struct{}{}
		}()
	}
	for range connections {
		<-connected
	}
	status := func() int {
		// Somebody new: the gateway closes the connection if it has no place for it.
		client := from("127.0.0.99")
		if resp, err := client.Post(g.logsURL(), "application/json", strings.NewReader("{}")); err == nil {
			_ = resp.Body.Close()
		}
		client.CloseIdleConnections()
		resp, err := http.Get(g.Health)
		if err != nil {
			t.Error(err)
			return 0
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	require.Eventually(t, func() bool { return status() == http.StatusInternalServerError }, settleTimeout, pollInterval)
	end()
	for range connections {
		<-done
	}
	require.Eventually(t, func() bool { return status() == http.StatusOK }, settleTimeout, pollInterval)
}

func (g *gateway) logsURL() string { return "http://" + g.OTLPHTTP + "/v1/logs" }

// from makes a client with an address of its own.
func from(ip string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}
	return &http.Client{Timeout: settleTimeout, Transport: &http.Transport{DialContext: dialer.DialContext}}
}

// keepConnected keeps one connection in use, and says when there is one.
func (g *gateway) keepConnected(ctx context.Context, t *testing.T, n int, connected chan<- struct{}) {
	client := from(fmt.Sprintf("127.0.0.%d", 10+n))
	defer client.CloseIdleConnections()
	for first := true; ctx.Err() == nil; first = false {
		resp, err := client.Post(g.logsURL(), "application/json", strings.NewReader("{}"))
		if assert.NoError(t, err) {
			_, err = io.Copy(io.Discard, resp.Body)
			assert.NoError(t, err)
			_ = resp.Body.Close()
		}
		if first {
			connected <- struct{}{}
		}
		time.Sleep(pollInterval)
	}
}
