// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlplogs"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// The content types of OTLP over HTTP.
const (
	typeProtobuf = "application/x-protobuf"
	typeJSON     = "application/json"
)

// format is how messages are written.
type format interface {
	contentType() string
	measure([]byte, wire.Limits) (wire.Size, error)
	// repair makes the strings of a measured message valid, in place.
	repair([]byte, wire.Limits)
	// decode decodes a message that was measured.
	decode([]byte, wire.Size) (plog.Logs, error)
	// response answers a request that was taken, but for the records that were
	// removed.
	response(sender.Removed) []byte
	status(*spb.Status) ([]byte, error)
}

var (
	_ format = protobufFormat{}
	_ format = jsonFormat{}
)

type protobufFormat struct{}

func (protobufFormat) contentType() string { return typeProtobuf }

func (protobufFormat) measure(b []byte, l wire.Limits) (wire.Size, error) {
	return wire.OTLPLogs.Measure(b, l)
}

func (protobufFormat) repair(b []byte, l wire.Limits) {
	// What was measured can be repaired.
	_ = wire.OTLPLogs.Repair(b, l)
}

func (protobufFormat) decode(b []byte, size wire.Size) (plog.Logs, error) {
	// Attributes are what otlplogs spares allocations for. pdata is faster for lines of text.
	if !size.Uncommon && size.Attributes > size.Records {
		if logs, err := otlplogs.Decode(b); err == nil {
			return logs, nil
		}
	}
	request := plogotlp.NewExportRequest()
	err := request.UnmarshalProto(b)
	return request.Logs(), err
}

func (protobufFormat) response(removed sender.Removed) []byte {
	return exportResponse(removed, successProtobuf, plogotlp.ExportResponse.MarshalProto)
}

func (protobufFormat) status(s *spb.Status) ([]byte, error) { return proto.Marshal(s) }

// jsonLevels is how many levels JSON needs where protobuf has one: an array and
// an object in it.
const jsonLevels = 2

type jsonFormat struct{}

func (jsonFormat) contentType() string { return typeJSON }

func (jsonFormat) measure(b []byte, l wire.Limits) (wire.Size, error) {
	l.Depth *= jsonLevels
	return wire.MeasureJSON(b, l)
}

func (jsonFormat) repair(b []byte, _ wire.Limits) { wire.RepairJSON(b) }

func (jsonFormat) decode(b []byte, _ wire.Size) (plog.Logs, error) {
	request := plogotlp.NewExportRequest()
	err := request.UnmarshalJSON(b)
	return request.Logs(), err
}

func (jsonFormat) response(removed sender.Removed) []byte {
	return exportResponse(removed, successJSON, plogotlp.ExportResponse.MarshalJSON)
}

func (jsonFormat) status(s *spb.Status) ([]byte, error) { return protojson.Marshal(s) }
