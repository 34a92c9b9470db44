package main

import (
	"math/rand/v2"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

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

// request is a serialised export request, and what it holds.
type request struct {
	bytes  []byte
	amount amount
}

// newRequests makes the requests of a cell. One request comes from one proxy.
func newRequests(c cell) ([]request, error) {
	rng := rand.New(rand.NewPCG(1, 2)) // the same in each run
	kinds := shuffledKinds(rng)
	var requests []request
	next := 0
	for len(requests)*c.perRequest < distinctRecords {
		from := newSender(len(requests) % workloads)
		logs := plog.NewLogs()
		records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
		var a amount
		for range c.perRequest {
			e := newEntry(rng, from, kinds[next%len(kinds)])
			next++
			record := records.AppendEmpty()
			record.SetTimestamp(pcommon.Timestamp(1795404402740770000 + rng.Int64N(1e12)))
			record.Body().SetStr(e.text())
			if c.attributes {
				e.attributes(record)
			}
			a.add(e.amount(), 1)
		}
		bytes, err := otlpclient.Marshal(logs)
		if err != nil {
			return nil, err
		}
		requests = append(requests, request{bytes: bytes, amount: a})
	}
	return requests, nil
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
