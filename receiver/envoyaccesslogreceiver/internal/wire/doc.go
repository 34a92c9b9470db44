// SPDX-License-Identifier: Apache-2.0

// Package wire looks at a serialized message before it is decoded. It says what
// decoding will cost, whether the message stays within limits, and whether its
// strings are valid UTF-8. It reads each byte once, decodes nothing and
// allocates nothing.
//
// [Scanner] gives the fields of a message to those who decode it themselves.
//
// The package knows protobuf and JSON, and the messages of OTLP logs. It knows
// no server and no pdata: bytes in, numbers out.
package wire
