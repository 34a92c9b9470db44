// SPDX-License-Identifier: Apache-2.0

package expect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

func sample(value float64, set expect.Labels) promclient.Sample {
	return promclient.Sample{Labels: set, Value: value}
}

func TestDifferences(t *testing.T) {
	s := expect.New(expect.Labels{"job": "j"})
	s.Add("requests", expect.Value{Number: 1}, expect.Labels{"code": "200", "empty": ""})
	s.Add("requests", expect.Value{Number: 2}, expect.Labels{"code": "200"})
	s.Add("requests", expect.Value{Vague: true}, expect.Labels{"code": "404"})
	s.Observe("size", 2, expect.Value{Number: 10}, expect.Labels{})
	right := promclient.Vector{
		sample(3, expect.Labels{"__name__": "requests", "job": "j", "code": "200"}),
		sample(9, expect.Labels{"__name__": "requests", "job": "j", "code": "404"}),
		sample(2, expect.Labels{"__name__": "size_count", "job": "j"}),
		sample(10, expect.Labels{"__name__": "size_sum", "job": "j"}),
		sample(1, expect.Labels{"__name__": "size_bucket", "job": "j", "le": "1"}),
		sample(2, expect.Labels{"__name__": "size_bucket", "job": "j", "le": "+Inf"}),
	}
	assert.Empty(t, s.Differences(right))

	wrong := append(promclient.Vector{
		sample(4, expect.Labels{"__name__": "requests", "job": "j", "code": "200"}),
		sample(1, expect.Labels{"__name__": "requests", "job": "j", "code": "403"}),
		sample(1, expect.Labels{"__name__": "size_bucket", "job": "other", "le": "1"}),
	}, right[2:5]...)
	var got []string
	for _, d := range s.Differences(wrong) {
		got = append(got, d.String())
	}
	assert.Equal(t, []string{
		`missing: requests{code="404",job="j"} 0`,
		`unexpected buckets of size_count{job="other"}`,
		"unexpected: requests{code=\"403\",job=\"j\"} 1\n    nearest expected: code is \"403\", want \"404\"",
		`want 2, got 1 in the buckets of size_count{job="j"}`,
		`want 3: requests{code="200",job="j"} 4`,
	}, got)
}
