// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// alsEntry is what both loggers say of event n.
func alsEntry(n int, kind accesslogv3.AccessLogType) *accesslogv3.AccessLogCommon {
	return &accesslogv3.AccessLogCommon{
		AccessLogType: kind, StreamId: fmt.Sprintf("event-%d", n), StartTime: timestamppb.New(time.Unix(1795404482, int64(n))),
		UpstreamCluster: "PassthroughCluster", RouteName: "allow_any",
	}
}

func alsRequest(n int) *accesslogv3.HTTPAccessLogEntry {
	return &accesslogv3.HTTPAccessLogEntry{
		CommonProperties: alsEntry(n, accesslogv3.AccessLogType_DownstreamEnd),
		Request:          &accesslogv3.HTTPRequestProperties{Authority: "www.example.com", Path: "/"},
		Response:         &accesslogv3.HTTPResponseProperties{},
	}
}

func alsConnection(n int) *accesslogv3.TCPAccessLogEntry {
	return &accesslogv3.TCPAccessLogEntry{CommonProperties: alsEntry(n, accesslogv3.AccessLogType_TcpConnectionEnd), ConnectionProperties: &accesslogv3.ConnectionProperties{}}
}

func entriesOf(kind, outcome string, n int) account {
	return account{entries + "{" + kind + "," + outcome + "}": n}
}

func alsRows() []accountRow {
	return []accountRow{
		{"requests", func(s *accountSender) {
			for n := range 3 {
				s.als(2, s.httpEntries(alsRequest(10+2*n), alsRequest(11+2*n)))
			}
		}, with(counted(6, "grpc", "http"), entriesOf("http", "accepted", 6))},
		{
			"connections", func(s *accountSender) {
				s.als(3, s.tcpEntries(alsConnection(20), alsConnection(21), alsConnection(22)))
			},
			with(counted(3, "grpc", "tcp"), entriesOf("tcp", "accepted", 3)),
		},
		{"connections by both loggers", func(s *accountSender) {
			s.als(2, s.tcpEntries(alsConnection(30), alsConnection(31)))
			var same []*accesslogv3.HTTPAccessLogEntry
			for n := range 2 {
				same = append(same, &accesslogv3.HTTPAccessLogEntry{CommonProperties: alsConnection(30 + n).GetCommonProperties()})
			}
			s.als(2, s.httpEntries(same...))
		}, with(counted(2, "grpc", "tcp"), entriesOf("tcp", "accepted", 2), entriesOf("http", "duplicate", 2))},
		{"one that cannot be decoded between two", func(s *accountSender) {
			broken := append(s.httpEntries(alsRequest(40)), 0x12, 0x04, 0x0a, 0x02, 0x0a, 0x7f) // http_logs, log_entry, common_properties that is longer than all
			s.als(3, append(broken, s.httpEntries(alsRequest(41))...))
		}, with(counted(2, "grpc", "http"), entriesOf("http", "accepted", 2), entriesOf("http", "malformed", 1))},
		{"one that is too large between two", func(s *accountSender) {
			large := alsRequest(50)
			large.Request.Path = strings.Repeat("a", 300<<10)
			s.als(3, s.httpEntries(alsRequest(51), large, alsRequest(52)))
		}, with(counted(2, "grpc", "http"), entriesOf("http", "accepted", 2), entriesOf("http", "too_large", 1))},
		{"one with too many attributes", func(s *accountSender) {
			many := alsRequest(60)
			many.CommonProperties.CustomTags = map[string]string{}
			for n := range 2000 {
				many.CommonProperties.CustomTags[strconv.Itoa(n)] = ""
			}
			s.als(1, s.httpEntries(many))
		}, entriesOf("http", "too_many_attributes", 1)},
		{"more in a message than it may have", func(s *accountSender) {
			const most, more = 65536, 10
			all := make([]*accesslogv3.HTTPAccessLogEntry, most+more)
			for n := range all {
				all[n] = &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{AccessLogType: accesslogv3.AccessLogType_TcpPeriodic}}
			}
			s.als(most+more, s.httpEntries(all...))
		}, with(unlabelled(65536, "not_understood_format"), entriesOf("http", "accepted", 65536), entriesOf("http", "too_many_entries", 10))},
	}
}
