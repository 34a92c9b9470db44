// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// Fields of a label and of a node, as they stand in the flatbuffer's schema.
type flatText struct {
	index int
	value string
}

// flatWriter builds a flatbuffer from its start on: each offset points ahead.
type flatWriter struct{ b []byte }

func (w *flatWriter) u32(v int) int {
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(v))
	return len(w.b) - 4
}

// point makes the offset at a place lead to the end of what is written.
func (w *flatWriter) point(at int) { binary.LittleEndian.PutUint32(w.b[at:], uint32(len(w.b)-at)) }

func (w *flatWriter) text(s string) {
	w.u32(len(s))
	w.b = append(append(w.b, s...), 0)
	for len(w.b)%4 != 0 {
		w.b = append(w.b, 0)
	}
}

// table writes a list of fields and a table of so many; the table starts behind it.
func (w *flatWriter) table(at, fields int, used ...int) (slots map[int]int) {
	vtable := len(w.b)
	size := 4 + 2*fields
	w.b = append(w.b, make([]byte, size+size%4)...)
	binary.LittleEndian.PutUint16(w.b[vtable:], uint16(size))
	w.point(at)
	start := w.u32(len(w.b) - vtable)
	slots = map[int]int{}
	for _, index := range used {
		slot := w.u32(0)
		binary.LittleEndian.PutUint16(w.b[vtable+4+2*index:], uint16(slot-start))
		slots[index] = slot
	}
	return slots
}

func flatPeer() []byte {
	w := &flatWriter{}
	const flatIdentity = 11 // there, and not read: identities come from certificates
	texts := []flatText{{flatNamespace, "foo"}, {flatWorkloadName, "httpbin"}, {flatClusterID, "east"}, {flatIdentity, "spiffe://x/ns/foo/sa/httpbin"}}
	slots := w.table(w.u32(0), 12, flatNamespace, flatLabels, flatWorkloadName, flatClusterID, flatIdentity)
	for _, text := range texts {
		w.point(slots[text.index])
		w.text(text.value)
	}
	labels := [][2]string{{labelApp, "app"}, {labelVersion, "v1"}, {labelCanonicalName, "canonical"}, {labelCanonicalRevision, "r1"}}
	w.point(slots[flatLabels])
	w.u32(len(labels))
	var items []int
	for range labels {
		items = append(items, w.u32(0))
	}
	for i, label := range labels {
		item := w.table(items[i], 2, 0, 1)
		for index, text := range label {
			w.point(item[index])
			w.text(text)
		}
	}
	return w.b
}

func structPeer() *structpb.Struct {
	s, err := structpb.NewStruct(map[string]any{
		"workload": "httpbin", "namespace": "foo", "cluster": "east", "service": "canonical", "revision": "r1",
		"app": "app", "version": "v1", "identity": "spiffe://x/ns/foo/sa/httpbin", "type": "deployment", "labels": map[string]any{"a": "b"}, "n": 1,
	})
	if err != nil {
		panic(err)
	}
	return s
}

const peerObject = `{"type":"deployment","workload":"httpbin","name":"httpbin-1","cluster":"east","namespace":"foo","service":"canonical","revision":"r1","app":"app","version":"v1","identity":"spiffe://x/ns/foo/sa/httpbin","labels":{"app":"no"}}`

// peerEncodings are one peer in each encoding.
func peerEncodings() map[string]string {
	binaryStruct, err := proto.Marshal(structPeer())
	if err != nil {
		panic(err)
	}
	bytesValue := func(b []byte) string {
		return `{"@type":"type.googleapis.com/google.protobuf.BytesValue","value":"` + base64.StdEncoding.EncodeToString(b) + `"}`
	}
	return map[string]string{
		"until 1.23, typed":         bytesValue(flatPeer()),
		"until 1.23, plain":         string(flatPeer()),
		"1.24, typed":               peerObject,
		"1.24, plain":               `type=deployment,workload=httpbin,name=httpbin-1,cluster=east,namespace=foo,service=canonical,revision=r1,app=app,version=v1,identity=spiffe://x/ns/foo/sa/httpbin,labels[]app=no`,
		"since 1.25, typed":         `{"@type":"type.googleapis.com/google.protobuf.Struct","value":` + peerObject + `}`,
		"since 1.25, plain":         string(binaryStruct),
		"since 1.25, as BytesValue": bytesValue(binaryStruct),
		"upper case":                `{"WORKLOAD_NAME":"httpbin","NAMESPACE":"foo","CLUSTER_ID":"east","IDENTITY":"spiffe://x/ns/foo/sa/httpbin","LABELS":{"app":"app","version":"v1","service.istio.io/canonical-name":"canonical","service.istio.io/canonical-revision":"r1"}}`,
	}
}

func TestOfPeer(t *testing.T) {
	want := Metadata{
		Workload: "httpbin", Namespace: "foo", App: "app", Version: "v1", CanonicalName: "canonical", CanonicalRevision: "r1",
		Cluster: "east",
	}
	for name, encoded := range peerEncodings() {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, OfPeer(encoded))
		})
	}
}

func TestOfPeerWithNonsense(t *testing.T) {
	for _, s := range []string{
		"", "-", "{", "{}", "[]", `{"@type":"x"}`, `{"@type":"google.protobuf.BytesValue","value":"!"}`, `{"workload":1}`, "type=", "workload", "\xff\xff\xff\xff",
		strings.Repeat("workload=a,", maxPeer), strings.Repeat("\x00", 100), `{"@type":"google.protobuf.Struct","value":[]}`,
	} {
		assert.Equal(t, Metadata{}, OfPeer(s), "%.40q", s)
	}
}

// A flatbuffer cut off or damaged anywhere is read without harm.
func TestOfDamagedPeer(*testing.T) {
	whole := flatPeer()
	for i := range whole {
		OfPeer(string(whole[:i]))
		for _, c := range []byte{0, 1, 0x7f, 0xff} {
			damaged := append([]byte(nil), whole...)
			damaged[i] = c
			OfPeer(string(damaged))
		}
	}
}

func FuzzOfPeer(f *testing.F) {
	for _, s := range peerEncodings() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := OfPeer(s)
		for _, v := range []string{m.Workload, m.Namespace, m.App, m.Version, m.CanonicalName, m.CanonicalRevision, m.Cluster} {
			assert.LessOrEqual(t, len(v), maxPeer)
		}
	})
}
