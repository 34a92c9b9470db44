// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// TestDescriptionOfOTLP compares the table with pdata's structs: each field of a
// struct has a description with the size of the struct that it holds.
func TestDescriptionOfOTLP(t *testing.T) {
	orig, ok := reflect.TypeFor[plogotlp.ExportRequest]().FieldByName("orig")
	require.True(t, ok)
	compareStruct(t, orig.Type.Elem(), OTLPLogs, map[reflect.Type]bool{})
}

func compareStruct(t *testing.T, s reflect.Type, m *Message, done map[reflect.Type]bool) {
	t.Helper()
	if done[s] || s.Name() == "AnyValue" {
		// What an AnyValue can hold is found in TestMemoryOfFloods.
		return
	}
	done[s] = true
	if m.size != 0 {
		assert.LessOrEqual(t, int(s.Size()), m.size, s)
	}
	for i := range s.NumField() {
		name := s.Field(i).Name
		name = strings.ToLower(name[:1]) + name[1:]
		number, ok := m.names[name]
		if !assert.True(t, ok, "%s %s", s, name) {
			continue
		}
		f := m.field(number)
		ft := s.Field(i).Type
		if ft.Kind() == reflect.Slice && ft.Elem().Kind() != reflect.Uint8 {
			assert.NotZero(t, f.list, "%s %s", s, name)
			ft = ft.Elem()
			assert.Equal(t, int(ft.Size()), f.element, "%s %s", s, name)
		}
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
			assert.GreaterOrEqual(t, f.cost, int64(ft.Size()), "%s %s", s, name)
		}
		assert.Equal(t, ft.Kind() == reflect.String, f.kind == text, "%s %s", s, name)
		assert.Equal(t, ft.Kind() == reflect.Struct, f.kind == message, "%s %s", s, name)
		if ft.Kind() == reflect.Struct {
			compareStruct(t, ft, f.message, done)
		}
	}
}
