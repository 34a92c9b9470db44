// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// The response to a request of which no record was removed is always the same.
var (
	successProtobuf = must(plogotlp.NewExportResponse().MarshalProto())
	successJSON     = must(plogotlp.NewExportResponse().MarshalJSON())
)

// must is for what does not depend on any input.
func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// removedBecause tells the client why records were removed.
var removedBecause = map[string]string{
	sender.Mismatch:   "sender_mismatch: records that name another sender than the client certificate are rejected",
	sender.Unverified: "sender_unverified: records are rejected without a client certificate that names a namespace",
}

// exportResponse is the response of OTLP's logs service. It has a partial_success
// if records were removed: by OTLP's specification that is a success which says
// how many records were rejected, and the client must not send any of them again.
func exportResponse(removed sender.Removed, success []byte, marshal func(plogotlp.ExportResponse) ([]byte, error)) []byte {
	if removed.Records == 0 {
		return success
	}
	response := plogotlp.NewExportResponse()
	response.PartialSuccess().SetRejectedLogRecords(int64(removed.Records))
	response.PartialSuccess().SetErrorMessage(removedBecause[removed.Reason])
	b, err := marshal(response)
	if err != nil {
		// The other records were accepted, and an error would say that they were not.
		return success
	}
	return b
}
