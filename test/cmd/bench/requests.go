// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"math/rand/v2"
	"slices"

	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// distinctRecords is how many different records are made for a cell; they are
// sent again and again.
const distinctRecords = 6000

// amount is what records must add up to in Prometheus.
type amount struct {
	records, requests, connections int64
	tcpOut, tcpIn                  int64
}

func (a *amount) add(o amount, times int64) {
	a.records += o.records * times
	a.requests += o.requests * times
	a.connections += o.connections * times
	a.tcpOut += o.tcpOut * times
	a.tcpIn += o.tcpIn * times
}

// request is a serialised export request or ALS message, and what it holds.
type request struct {
	bytes  []byte
	amount amount
	// ids are where the ids of an ALS message's entries begin.
	ids []int
}

// idDigits is how many digits of an id are written anew each time.
const idDigits = 8

// newRequests makes the requests of a cell. One request comes from one proxy.
func newRequests(c cell) ([]request, error) {
	rng := rand.New(rand.NewPCG(1, 2)) // the same in each run
	kinds := shuffledKinds(rng)
	var requests []request
	next := 0
	for len(requests)*c.perRequest < distinctRecords {
		from := newSender(len(requests) % workloads)
		var entries []entry
		var a amount
		for range c.perRequest {
			e := newEntry(rng, from, kinds[next%len(kinds)])
			next++
			entries = append(entries, e)
			a.add(e.amount(), 1)
		}
		r, err := c.serialise(entries)
		if err != nil {
			return nil, err
		}
		r.amount = a
		requests = append(requests, r)
	}
	return requests, nil
}

func (c cell) serialise(entries []entry) (request, error) {
	if c.format == formatALS {
		return serialiseALS(entries)
	}
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i, e := range entries {
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.Timestamp(1795404402740770000 + int64(i)*1e9))
		record.Body().SetStr(e.text())
		if c.format == formatAttributes {
			e.attributes(record)
		}
	}
	b, err := otlpclient.Marshal(logs)
	return request{bytes: b}, err
}

func serialiseALS(entries []entry) (request, error) {
	log := &servicev3.StreamAccessLogsMessage_HTTPAccessLogEntries{}
	for _, e := range entries {
		log.LogEntry = append(log.LogEntry, e.als())
	}
	b, err := proto.Marshal(&servicev3.StreamAccessLogsMessage{LogEntries: &servicev3.StreamAccessLogsMessage_HttpLogs{HttpLogs: log}})
	r := request{bytes: b}
	at := 0
	for _, e := range entries {
		for { // of a request it stands there twice
			next := bytes.Index(b[at:], []byte(e.requestID))
			if next < 0 {
				break
			}
			r.ids = append(r.ids, at+next)
			at += next + len(e.requestID)
		}
	}
	return r, err
}

// shuffledKinds is the mix in an order that does not repeat too soon.
func shuffledKinds(rng *rand.Rand) []kind {
	var kinds []kind
	for range 50 {
		for _, m := range mix {
			kinds = append(kinds, slices.Repeat([]kind{m.kind}, m.share)...)
		}
	}
	rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	return kinds
}

func (e *entry) amount() amount {
	if !e.kind.tcp() {
		return amount{records: 1, requests: 1}
	}
	return amount{records: 1, connections: 1, tcpOut: int64(e.received), tcpIn: int64(e.sent)}
}
