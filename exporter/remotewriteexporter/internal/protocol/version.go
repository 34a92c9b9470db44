// SPDX-License-Identifier: Apache-2.0

package protocol

// Version of the remote write protocol.
type Version uint8

// Versions. The numbers are stored with queued requests and never change.
const (
	// V1 is protocol 1.0, the message prometheus.WriteRequest.
	V1 Version = 1
	// V2 is protocol 2.0, the message io.prometheus.write.v2.Request.
	V2 Version = 2
)

// String returns the number of the protocol.
func (v Version) String() string {
	switch v {
	case V1:
		return "1.0"
	case V2:
		return "2.0"
	}
	return "unknown"
}
