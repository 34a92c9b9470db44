// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/otelcol-istio/otelcol-istio/test/internal/rawgrpc"
)

const streamMethod = "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs"

// alsClient is a thread of a proxy: one connection, with one stream that stays
// open.
type alsClient struct {
	conn   *grpc.ClientConn
	stream grpc.ClientStream
	cancel context.CancelFunc
	sent   uint64
}

func newALSClient(endpoint string, first []byte) (*alsClient, error) {
	conn, err := grpc.NewClient("passthrough:///"+endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &alsClient{conn: conn, cancel: cancel}
	c.stream, err = conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, streamMethod, grpc.WaitForReady(true), grpc.ForceCodecV2(rawgrpc.Codec{}))
	if err == nil {
		err = c.stream.SendMsg(first)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// send writes a message, of which nothing says that it has arrived. Its entries
// get stream ids that were not there before, as those of a proxy have.
func (c *alsClient) send(_ context.Context, r request) error {
	// gRPC keeps what it was given until it is written.
	message := bytes.Clone(r.bytes)
	c.sent++
	digits := strconv.AppendUint(make([]byte, 0, idDigits), 1<<(4*idDigits-1)|c.sent, 16)
	for _, at := range r.ids {
		copy(message[at:], digits)
	}
	return c.stream.SendMsg(message)
}

// close ends the connection. What was sent has arrived; see drained.
func (c *alsClient) close() error {
	c.cancel()
	return c.conn.Close()
}
