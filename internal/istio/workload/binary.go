// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// ofBytes reads the two binary encodings. A Struct starts with a protobuf tag, a
// flatbuffer with an offset. What is not one of them is tried as the other.
func ofBytes(b []byte) Metadata {
	if m := ofStruct(b); m != (Metadata{}) {
		return m
	}
	return ofFlatbuffer(b)
}

// ofStruct reads a serialized google.protobuf.Struct.
func ofStruct(b []byte) Metadata {
	var s structpb.Struct
	if err := proto.Unmarshal(b, &s); err != nil {
		return Metadata{}
	}
	var m Metadata
	for name, value := range s.GetFields() {
		if name == "LABELS" {
			for label, v := range value.GetStructValue().GetFields() {
				m.setField(label, v.GetStringValue())
			}
			continue
		}
		m.setField(name, value.GetStringValue())
	}
	return m
}

// Fields of the table FlatNode, by their place in its schema.
// Source: istio/proxy extensions/common/node_info.fbs.
const (
	flatNamespace    = 1
	flatLabels       = 2
	flatWorkloadName = 4
	flatClusterID    = 9
)

// ofFlatbuffer reads the table FlatNode that Istio's extensions wrote up to 1.23.
func ofFlatbuffer(b []byte) Metadata {
	node, ok := flatbuffer(b).table(0)
	if !ok {
		return Metadata{}
	}
	m := Metadata{
		Namespace: node.text(flatNamespace),
		Workload:  node.text(flatWorkloadName),
		Cluster:   node.text(flatClusterID),
	}
	for label := range node.tables(flatLabels) {
		m.setField(label.text(0), label.text(1))
	}
	return m
}
