// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
)

// The methods that the gateway serves.
const (
	ExportLogs       = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
	StreamAccessLogs = "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs"
)

// OpenGRPC begins a call. With compressed its messages are.
func (h *HTTP2) OpenGRPC(method string, compressed bool) (*Stream, error) {
	fields := []string{"content-type", "application/grpc", "te", "trailers"}
	if compressed {
		fields = append(fields, "grpc-encoding", "gzip")
	}
	return h.Open(method, fields...)
}

// Message puts gRPC's prefix before a message.
func Message(b []byte, compressed bool) []byte {
	return append(prefix(len(b), compressed), b...)
}

// Unfinished is a message of which the last byte is missing.
func Unfinished(size int) []byte {
	return append(prefix(size, false), make([]byte, size-1)...)
}

func prefix(size int, compressed bool) []byte {
	p := make([]byte, 5, 5+size)
	if compressed {
		p[0] = 1
	}
	binary.BigEndian.PutUint32(p[1:], uint32(size))
	return p
}

// Gzip compresses as well as it can.
func Gzip(b []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // memory does not fail
	}
	return out.Bytes()
}
