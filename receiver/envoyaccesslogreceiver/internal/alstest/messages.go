// SPDX-License-Identifier: Apache-2.0

// Package alstest reads files of ALS messages, such as those that proxies sent.
// Nothing but tests may import it.
package alstest // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/alstest"

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
)

// Message is a message with the number of the stream that it came on.
type Message struct {
	Stream  int
	Message *accesslogservicev3.StreamAccessLogsMessage
}

// Read reads a file of which one line is
// `{"stream": NUMBER, "message": a StreamAccessLogsMessage}`.
func Read(t testing.TB, file string) (all []Message) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range bytes.Lines(b) {
		var read struct {
			Stream  int
			Message json.RawMessage
		}
		require.NoError(t, json.Unmarshal(line, &read))
		m := new(accesslogservicev3.StreamAccessLogsMessage)
		require.NoError(t, protojson.Unmarshal(read.Message, m))
		all = append(all, Message{read.Stream, m})
	}
	require.NotEmpty(t, all)
	return all
}
