// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"encoding/base64"
	"strings"

	"github.com/valyala/fastjson"
)

// ofJSON reads the object itself, or a protobuf message that holds it.
func ofJSON(s string) Metadata {
	v, err := fastjson.Parse(s)
	if err != nil {
		return Metadata{}
	}
	if message := string(v.GetStringBytes("@type")); message != "" {
		if strings.HasSuffix(message, "google.protobuf.BytesValue") {
			b, err := base64.StdEncoding.DecodeString(string(v.GetStringBytes("value")))
			if err != nil {
				return Metadata{}
			}
			return ofBytes(b)
		}
		v = v.Get("value")
	}
	var m Metadata
	m.setMembers(v)
	m.setMembers(v.Get("LABELS"))
	return m
}

func (m *Metadata) setMembers(v *fastjson.Value) {
	object := v.GetObject()
	if object == nil {
		return
	}
	object.Visit(func(name []byte, v *fastjson.Value) {
		if v.Type() == fastjson.TypeString {
			m.setField(string(name), string(v.GetStringBytes()))
		}
	})
}
