// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func TestEncodeLabels(t *testing.T) {
	for _, test := range []struct {
		name     string
		resource map[string]any
		point    map[string]any
		external map[string]string
		want     string
	}{
		{
			name:     "job and instance",
			resource: map[string]any{"service.name": "shop", "service.instance.id": "a", "host.name": "h"},
			want:     `{__name__="m", instance="a", job="shop"} 1@1700000015000`,
		},
		{
			name:     "job has the namespace",
			resource: map[string]any{"service.name": "shop", "service.namespace": "prod"},
			want:     `{__name__="m", job="prod/shop"} 1@1700000015000`,
		},
		{
			name:     "a namespace alone is no job",
			resource: map[string]any{"service.name": "", "service.namespace": "prod", "service.instance.id": ""},
			want:     `{__name__="m"} 1@1700000015000`,
		},
		{
			name:     "the resource wins over attributes",
			resource: map[string]any{"service.name": "shop", "service.instance.id": "a"},
			point:    map[string]any{"job": "other", "instance": "other"},
			want:     `{__name__="m", instance="a", job="shop"} 1@1700000015000`,
		},
		{
			name:  "attributes stay without a resource",
			point: map[string]any{"job": "other", "instance": "other"},
			want:  `{__name__="m", instance="other", job="other"} 1@1700000015000`,
		},
		{
			name:     "external labels fill in",
			point:    map[string]any{"region": "here"},
			external: map[string]string{"region": "there", "cluster.name": "c"},
			want:     `{__name__="m", cluster_name="c", region="here"} 1@1700000015000`,
		},
		{
			name:  "values of all types",
			point: map[string]any{"bool": true, "double": 1.5, "int": int64(2), "list": []any{"a", int64(1)}, "map": map[string]any{"k": "v"}},
			want:  `{__name__="m", bool="true", double="1.5", int="2", list="[\"a\",1]", map="{\"k\":\"v\"}"} 1@1700000015000`,
		},
		{
			name:  "empty values are no labels",
			point: map[string]any{"empty": "", "nothing": nil, "here": "x"},
			want:  `{__name__="m", here="x"} 1@1700000015000`,
		},
		{
			name:  "names",
			point: map[string]any{"1st": "a", "_under": "b", "http..method": "c", "__own__": "d", "ünïcode": "e", "Upper": "f"},
			want:  `{Upper="f", __name__="m", __own__="d", http_method="c", key_1st="a", key_n_code="e", key_under="b"} 1@1700000015000`,
		},
		{
			name:  "keys of one name are joined in their order",
			point: map[string]any{"a_b": "3", "a.b": "1", "a-b": "2"},
			want:  `{__name__="m", a_b="2;1;3"} 1@1700000015000`,
		},
		{
			name:  "keys of one name and value are one",
			point: map[string]any{"a_b": "1", "a.b": "1"},
			want:  `{__name__="m", a_b="1"} 1@1700000015000`,
		},
		{
			name:  "the metric has the name",
			point: map[string]any{"__name__": "other"},
			want:  `{__name__="m"} 1@1700000015000`,
		},
		{
			name:  "le and quantile of a number are labels like others",
			point: map[string]any{"le": "1", "quantile": "2"},
			want:  `{__name__="m", le="1", quantile="2"} 1@1700000015000`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			md, m := one()
			require.NoError(t, md.ResourceMetrics().At(0).Resource().Attributes().FromRaw(test.resource))
			require.NoError(t, addInt(newSum(m, "m", false), 1).Attributes().FromRaw(test.point))
			list, report := encode(t, Settings{ExternalLabels: test.external}, md)
			assert.Equal(t, []string{test.want}, lines(list))
			assert.Zero(t, report.Points())
			list, _ = encode(t, Settings{Version: V2, ExternalLabels: test.external}, md)
			assert.Equal(t, []string{test.want + " type 2"}, lines(list))
		})
	}
}

func TestExternalLabels(t *testing.T) {
	for _, labels := range []map[string]string{
		{"": "x"},
		{"____": "x"},
		{"__name__": "x"},
		{"a": ""},
		{"a": "\xff"},
		{"a.b": "1", "a-b": "2"},
	} {
		_, err := NewEncoder(Settings{ExternalLabels: labels})
		assert.Error(t, err, "%v", labels)
	}
}

// TestEncodeLabelOrder: the order of attributes makes no other series.
func TestEncodeLabelOrder(t *testing.T) {
	md, m := one()
	points := newSum(m, "m", false)
	for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		p := addInt(points, int64(i))
		p.SetTimestamp(testTime + pcommon.Timestamp(i)*1e9)
		for _, key := range order {
			p.Attributes().PutStr(key, key)
		}
	}
	list, _ := encode(t, Settings{}, md)
	assert.Equal(t, []string{`{__name__="m", a="a", b="b"} 0@1700000015000 1@1700000016000`}, lines(list))
}
