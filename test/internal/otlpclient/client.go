// SPDX-License-Identifier: Apache-2.0

// Package otlpclient sends log records over OTLP/gRPC as a proxy does, and
// reads files of recorded requests.
//
// Invariant: it changes nothing in what it sends; bytes given to SendRaw leave
// as they are, invalid ones too.
package otlpclient

import (
	"context"
	"crypto/tls"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/otelcol-istio/otelcol-istio/test/internal/rawgrpc"
)

const exportMethod = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

// Client is a connection to an OTLP/gRPC endpoint, for any number of goroutines.
type Client struct {
	conn *grpc.ClientConn
}

// Dial makes a client of an endpoint (host:port) without TLS. It connects with
// the first request.
func Dial(endpoint string) (*Client, error) { return dial(endpoint, insecure.NewCredentials()) }

// DialTLS is Dial for an endpoint with TLS.
func DialTLS(endpoint string, config *tls.Config) (*Client, error) {
	return dial(endpoint, credentials.NewTLS(config))
}

func dial(endpoint string, c credentials.TransportCredentials) (*Client, error) {
	conn, err := grpc.NewClient("passthrough:///"+endpoint, grpc.WithTransportCredentials(c))
	if err != nil {
		return nil, err
	}
	return &Client{conn: conn}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Send exports the records in one request. Records that the server rejects are
// an error.
func (c *Client) Send(ctx context.Context, logs plog.Logs) error {
	resp, err := plogotlp.NewGRPCClient(c.conn).Export(ctx, plogotlp.NewExportRequestFromLogs(logs), grpc.WaitForReady(true))
	if err != nil {
		return err
	}
	if n := resp.PartialSuccess().RejectedLogRecords(); n > 0 {
		return fmt.Errorf("%d of %d records rejected: %s", n, logs.LogRecordCount(), resp.PartialSuccess().ErrorMessage())
	}
	return nil
}

// SendRaw exports a request that is serialised already, and does not look at
// the answer beyond its status.
func (c *Client) SendRaw(ctx context.Context, request []byte) error {
	var answer []byte
	return c.conn.Invoke(ctx, exportMethod, request, &answer, grpc.WaitForReady(true), grpc.ForceCodecV2(rawgrpc.Codec{}))
}

// Marshal serialises records to what SendRaw takes.
func Marshal(logs plog.Logs) ([]byte, error) {
	return plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
}
