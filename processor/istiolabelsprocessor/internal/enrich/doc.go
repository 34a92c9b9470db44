// SPDX-License-Identifier: Apache-2.0

// Package enrich is the second stage: it adds to an access log record what the log
// itself does not say.
//
// It is handed a record and its facts. It looks for the name of the place that outside
// traffic went to, and puts it into the record with where it comes from:
//
//  1. the name that the client gave in the record (istio.ClaimedHost);
//  2. the name that the mesh's configuration gives to the address, in the record
//     itself (istio.ProvenHost);
//  3. a name that was learned for the address (package addressnames);
//  4. a name that DNS knows (package reversedns).
//
// It comes before the key of the remembered label set. So what it finds may be an input
// of labels. A name differs from record to record, and no label of a set depends on it:
// it is none of istio.Inputs. A directory of peers would fill values that are, such as
// accesslog.UpstreamWorkload.
//
// It changes nothing but the record. What a record teaches is for package learn, which
// comes when it is known that the record counts.
package enrich // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/enrich"
