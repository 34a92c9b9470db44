package istio

import (
	"encoding/base64"
	"strings"

	"github.com/valyala/fastjson"
)

// Labels of a workload that Istio's metrics use.
const (
	labelApp               = "app"
	labelVersion           = "version"
	labelCanonicalName     = "service.istio.io/canonical-name"
	labelCanonicalRevision = "service.istio.io/canonical-revision"
)

// maxPeer bounds the text of a peer's metadata. Istio's own is below 4 KiB; a
// client without mutual TLS writes what it likes.
const maxPeer = 16 << 10

// decodePeer reads what metadata exchange told of the other side, in any of
// the encodings in which Istio's versions log it:
//   - up to 1.23 a flatbuffer, as the JSON of a BytesValue or as raw bytes;
//   - 1.24, and `_obj` since 1.29, a JSON object;
//   - since 1.25 a Struct, as JSON or as raw protobuf;
//   - the text `k=v,k=v` of the object.
//
// What it does not understand gives an empty identity.
func decodePeer(s string) identity {
	switch {
	case s == "" || len(s) > maxPeer:
		return identity{}
	case s[0] == '{':
		return peerOfJSON(s)
	case strings.HasPrefix(s, "type=") || strings.Contains(s, "workload="):
		return peerOfText(s)
	default:
		return peerOfBytes([]byte(s))
	}
}

// peerOfBytes reads the two binary encodings. A Struct starts with a protobuf
// tag, a flatbuffer with an offset: what is none of one is tried as the other.
func peerOfBytes(b []byte) identity {
	if id := peerOfStruct(b); id != (identity{}) {
		return id
	}
	return peerOfFlatbuffer(b)
}

// peerOfText reads `type=deployment,workload=foo,name=pod-foo,...`. Values are
// not escaped; those that Kubernetes allows hold no comma.
func peerOfText(s string) identity {
	var id identity
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, ",")
		if key, value, ok := strings.Cut(pair, "="); ok {
			id.setField(key, value)
		}
	}
	return id
}

// setField stores a field by its name in Istio's workload metadata object.
func (id *identity) setField(key, value string) {
	switch key {
	case "workload", "WORKLOAD_NAME":
		id.workload = value
	case "namespace", "NAMESPACE":
		id.namespace = value
	case "service", labelCanonicalName:
		id.canonicalName = value
	case "revision", labelCanonicalRevision:
		id.canonicalRevision = value
	case labelApp:
		id.app = value
	case labelVersion:
		id.version = value
	case "cluster", "CLUSTER_ID":
		id.cluster = value
	}
}

func peerOfJSON(s string) identity {
	v, err := fastjson.Parse(s)
	if err != nil {
		return identity{}
	}
	if kind := string(v.GetStringBytes("@type")); kind != "" {
		if strings.HasSuffix(kind, "google.protobuf.BytesValue") {
			b, err := base64.StdEncoding.DecodeString(string(v.GetStringBytes("value")))
			if err != nil {
				return identity{}
			}
			return peerOfBytes(b)
		}
		v = v.Get("value")
	}
	var id identity
	id.setMembers(v)
	id.setMembers(v.Get("LABELS"))
	return id
}

func (id *identity) setMembers(v *fastjson.Value) {
	object := v.GetObject()
	if object == nil {
		return
	}
	object.Visit(func(key []byte, v *fastjson.Value) {
		if v.Type() == fastjson.TypeString {
			id.setField(string(key), string(v.GetStringBytes()))
		}
	})
}
