// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	accesslog "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
)

// sendALS sends the messages of a file, each on the stream that it came on.
func sendALS(t *testing.T, endpoint, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	conn, err := grpc.NewClient("passthrough:///"+endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	streams := map[int]accesslog.AccessLogService_StreamAccessLogsClient{}
	for line := range bytes.Lines(content) {
		var captured struct {
			Stream  int
			Message json.RawMessage
		}
		require.NoError(t, json.Unmarshal(line, &captured))
		message := new(accesslog.StreamAccessLogsMessage)
		require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(captured.Message, message))
		stream := streams[captured.Stream]
		if stream == nil {
			stream, err = accesslog.NewAccessLogServiceClient(conn).StreamAccessLogs(t.Context())
			require.NoError(t, err)
			streams[captured.Stream] = stream
		}
		require.NoError(t, stream.Send(message))
	}
	for _, stream := range streams {
		_, err := stream.CloseAndRecv()
		require.NoError(t, err)
	}
}
