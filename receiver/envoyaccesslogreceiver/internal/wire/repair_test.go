// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"go.opentelemetry.io/collector/pdata/xpdata/entity"
	"google.golang.org/protobuf/proto"
)

// sameRequests compares two requests by their bytes.
func sameRequests(a, b plogotlp.ExportRequest) error {
	left, err := a.MarshalProto()
	if err != nil {
		return err
	}
	right, err := b.MarshalProto()
	if err != nil {
		return err
	}
	if string(left) != string(right) {
		return errors.New("requests differ")
	}
	return nil
}

func repaired(s string) string {
	b := []byte(s)
	repairUTF8(b)
	return string(b)
}

// repairStrings repairs each string of decoded logs.
func repairStrings(logs plog.Logs) {
	for _, rl := range logs.ResourceLogs().All() {
		rl.SetSchemaUrl(repaired(rl.SchemaUrl()))
		repairMap(rl.Resource().Attributes())
		repairEntities(rl.Resource())
		for _, sl := range rl.ScopeLogs().All() {
			sl.SetSchemaUrl(repaired(sl.SchemaUrl()))
			sl.Scope().SetName(repaired(sl.Scope().Name()))
			sl.Scope().SetVersion(repaired(sl.Scope().Version()))
			repairMap(sl.Scope().Attributes())
			for _, record := range sl.LogRecords().All() {
				record.SetSeverityText(repaired(record.SeverityText()))
				record.SetEventName(repaired(record.EventName()))
				repairValue(record.Body())
				repairMap(record.Attributes())
			}
		}
	}
}

func repairMap(m pcommon.Map) {
	var b xpdata.MapBuilder
	for key, v := range m.All() {
		fixed := b.AppendEmpty(repaired(key))
		v.CopyTo(fixed)
		repairValue(fixed)
	}
	b.UnsafeIntoMap(m)
}

func repairEntities(resource pcommon.Resource) {
	for _, ref := range entity.ResourceEntityRefs(resource).All() {
		ref.SetSchemaUrl(repaired(ref.SchemaUrl()))
		ref.SetType(repaired(ref.Type()))
		repairList(ref.IdKeys())
		repairList(ref.DescriptionKeys())
	}
}

func repairList(list pcommon.StringSlice) {
	for i, s := range list.All() {
		list.SetAt(i, repaired(s))
	}
}

func repairValue(v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		v.SetStr(repaired(v.Str()))
	case pcommon.ValueTypeMap:
		repairMap(v.Map())
	case pcommon.ValueTypeSlice:
		for _, item := range v.Slice().All() {
			repairValue(item)
		}
	}
}

func TestRepairUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"plain":             "plain",
		"é€𐍈\U0010FFFF\x00": "é€𐍈\U0010FFFF\x00",
		"\uFFFD":            "\uFFFD",
		"\xff":              "?",
		"a\xc3":             "a?",
		"\xe2\x82":          "??",
		"\xed\xa0\x80":      "???",
		"\xf4\x90\x80\x80":  "????",
		"\xc0\xaf/":         "??/",
		"\xc3\xa9\xa9":      "é?",
	} {
		assert.Equal(t, want, repaired(in))
		assert.True(t, utf8.ValidString(repaired(in)))
	}
}

// TestRepair puts invalid bytes into each string of a message, and into bytes.
func TestRepair(t *testing.T) {
	bad := []byte("a\xffb")
	attribute := msg(sub(1, bad), sub(2, sub(1, bad)))
	b := sub(1,
		sub(1, sub(1, attribute), sub(3, sub(1, bad), sub(2, bad), sub(3, bad), sub(4, bad))),
		sub(2,
			sub(1, sub(1, bad), sub(2, bad), sub(3, attribute)),
			sub(2, sub(3, bad), sub(12, bad), sub(6, attribute), sub(9, times(16, []byte{0xff})), sub(10, times(8, []byte{0xff})),
				sub(5, sub(5, sub(1, sub(1, bad)), sub(1, sub(6, sub(1, attribute))), sub(1, sub(7, bad))))),
			sub(3, bad)),
		sub(3, bad),
		sub(15, bad),
	)
	size, err := OTLPLogs.Measure(b, noLimits)
	require.NoError(t, err)
	require.True(t, size.InvalidUTF8)
	want := 0
	for i := range b {
		if i+2 < len(b) && string(b[i:i+3]) == string(bad) {
			want++
		}
	}
	require.NoError(t, OTLPLogs.Repair(b, noLimits))
	left := 0
	for i := range b {
		if i+2 < len(b) && string(b[i:i+3]) == string(bad) {
			left++
		}
	}
	assert.Equal(t, 2, left, "the bytes value and the unknown field stay, of %d", want)
	size, err = OTLPLogs.Measure(b, noLimits)
	require.NoError(t, err)
	assert.False(t, size.InvalidUTF8)
}

// TestRepairEntry decodes a request id that a client chose.
func TestRepairEntry(t *testing.T) {
	b := msg(sub(1, sub(22, sub(1, []byte("tag")), sub(2, []byte("v\xff")))), sub(3, sub(9, []byte("id\xff"))))
	require.Error(t, proto.Unmarshal(b, &httpEntry{}))
	size, err := httpMessage.Measure(b, noLimits)
	require.NoError(t, err)
	require.True(t, size.InvalidUTF8)
	require.NoError(t, httpMessage.Repair(b, noLimits))
	var e httpEntry
	require.NoError(t, proto.Unmarshal(b, &e))
	assert.Equal(t, "id?", e.GetRequest().GetRequestId())
	assert.Equal(t, map[string]string{"tag": "v?"}, e.GetCommonProperties().GetCustomTags())
}

func TestRepairJSON(t *testing.T) {
	b := []byte(jsonRecord("\"attributes\":[{\"key\":\"a\xff\",\"value\":{\"stringValue\":\"\xc3\xa9\xc3\"}}],\"\xfe\":0"))
	size, err := MeasureJSON(b, noLimits)
	require.NoError(t, err)
	require.True(t, size.InvalidUTF8)
	RepairJSON(b)
	require.True(t, utf8.Valid(b))
	decoded := plogotlp.NewExportRequest()
	require.NoError(t, decoded.UnmarshalJSON(b))
	attributes := decoded.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
	assert.Equal(t, map[string]any{"a?": "é?"}, attributes.AsRaw())
}
