// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"
)

// largeEntries have as much of one thing as limits allow.
func largeEntries(t testing.TB) (all []sample) {
	t.Helper()
	const most = 1024
	tags, empty := map[string]string{}, map[string]string{}
	certificate := new(accesslogv3.TLSProperties_CertificateProperties)
	for i := range most {
		name := strconv.Itoa(i)
		tags[name], empty[name] = name, ""
		certificate.SubjectAltName = append(certificate.SubjectAltName, new(accesslogv3.TLSProperties_CertificateProperties_SubjectAltName))
	}
	for _, common := range []*accesslogv3.AccessLogCommon{
		{CustomTags: tags},
		{CustomTags: empty},
		{TlsProperties: &accesslogv3.TLSProperties{PeerCertificateProperties: certificate, LocalCertificateProperties: certificate}},
		{RouteName: strings.Repeat("x", 200<<10)},
	} {
		for _, headers := range []map[string]string{nil, tags, empty} {
			raw, err := proto.Marshal(&accesslogv3.HTTPAccessLogEntry{
				CommonProperties: common,
				Request:          &accesslogv3.HTTPRequestProperties{RequestHeaders: headers},
				Response:         &accesslogv3.HTTPResponseProperties{ResponseHeaders: headers, ResponseTrailers: headers},
			})
			require.NoError(t, err)
			all = append(all, sample{HTTP, raw})
		}
	}
	return all
}

// TestMemory checks what package als takes for granted: decoding an entry and its
// record take no more memory than package wire says of the entry, and RecordBytes,
// beside what WriteTo says of objects.
func TestMemory(t *testing.T) {
	samples := append(largeEntries(t), capturedSamples(t, "sidecars")...)
	g := &generator{Rand: rand.New(rand.NewPCG(5, 5)), strings: goodStrings}
	for i := range 200 {
		kind := Kind(i % int(NumKinds))
		samples = append(samples, sample{kind, g.message(descriptors[kind], 8)})
	}
	measured := 0
	for _, s := range samples {
		size, err := entryTypes[s.kind].Measure(s.raw, entryLimits)
		if err != nil {
			continue
		}
		measured++
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var e Entry
		require.NoError(t, e.Decode(s.kind, s.raw))
		objects := e.WriteTo(plog.NewLogRecord())
		runtime.ReadMemStats(&after)
		assert.LessOrEqual(t, int64(after.TotalAlloc-before.TotalAlloc), size.Memory+objects+RecordBytes)
	}
	assert.Greater(t, measured, 200)
}
