// SPDX-License-Identifier: Apache-2.0

// Package attrvalue bounds the values of attributes that senders write.
package attrvalue // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrvalue"

import "go.opentelemetry.io/collector/pdata/pcommon"

const (
	// MaxDepth bounds nested values. Nothing that Envoy logs is deeper.
	MaxDepth = 16
	// MaxLen bounds, in bytes, a string of a resource or a scope that is read or
	// copied for each of its records.
	MaxLen = 4096
)

// IsShort holds for scalar values of at most MaxLen bytes.
func IsShort(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return len(v.Str()) <= MaxLen
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool, pcommon.ValueTypeEmpty:
		return true
	default:
		return false
	}
}

// IsShallow holds for values that are nested at most MaxDepth deep: to write one
// as JSON takes a frame of the stack for each level.
func IsShallow(v pcommon.Value) bool { return isShallow(v, MaxDepth) }

// IsShallowMap does the same for a map.
func IsShallowMap(m pcommon.Map) bool { return isShallowMap(m, MaxDepth) }

// IsShallowSlice does the same for a slice.
func IsShallowSlice(s pcommon.Slice) bool { return isShallowSlice(s, MaxDepth) }

func isShallow(v pcommon.Value, depth int) bool {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		return isShallowMap(v.Map(), depth)
	case pcommon.ValueTypeSlice:
		return isShallowSlice(v.Slice(), depth)
	default:
		return depth > 0
	}
}

func isShallowMap(m pcommon.Map, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, member := range m.All() {
		if !isShallow(member, depth-1) {
			return false
		}
	}
	return true
}

func isShallowSlice(s pcommon.Slice, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, item := range s.All() {
		if !isShallow(item, depth-1) {
			return false
		}
	}
	return true
}
