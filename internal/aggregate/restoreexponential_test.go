// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// Whatever a native histogram has counted, it goes on in the same buckets.
func TestExponentialHistogramsGoOn(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int32{2, 3, 20, 160} {
		for range 300 {
			spec := histogramSpec{divisor: 1e6, expSize: size}
			var h histogram
			around, width := random.Float64()*60, random.Float64()*20
			for range 1 + random.IntN(200) {
				value := int64(math.Exp2(min(62, max(0, around+random.NormFloat64()*width))))
				if random.IntN(20) == 0 {
					value = 0
				}
				h.observe(&spec, value, 1)
			}
			var e state.Encoder
			w := numberWriter{Encoder: &e}
			require.True(t, w.start(h.start))
			w.histogram(&h)
			got := make([]histogram, 1)
			r := numberReader{Decoder: state.NewDecoder(e.Bytes())}
			require.Equal(t, 1, r.histograms(got, []histogramSpec{spec}))
			require.NoError(t, r.End(), "%d %d %d %d size %d, got %d %d %d", h.exp.Scale(), h.exp.Positive().Offset(), h.exp.Positive().Len(), h.exp.ZeroCount(), size, got[0].exp.Scale(), got[0].exp.Positive().Offset(), got[0].exp.Positive().Len())
			requireSameNumbers(t, nil, nil, []histogram{h}, got)
		}
	}
}
