// SPDX-License-Identifier: Apache-2.0

package promclient

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSamples(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := `{"resultType":"vector","result":[]}`
		if r.FormValue("query") == `up{a="b"}[1500ms]` {
			data = `{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1.5,"3"],[2,"NaN"],[2.25,"4"]]}]}`
		}
		_, err := w.Write([]byte(`{"status":"success","data":` + data + `}`))
		assert.NoError(t, err)
	}))
	defer server.Close()
	ranges, err := New(server.URL).Samples(t.Context(), `up{a="b"}`, 1500*time.Millisecond)
	require.NoError(t, err)
	require.Len(t, ranges, 1)
	assert.Equal(t, map[string]string{"a": "b"}, ranges[0].Labels)
	require.Len(t, ranges[0].Samples, 3)
	assert.Equal(t, Point{time.UnixMilli(1500), 3}, ranges[0].Samples[0])
	assert.Equal(t, Point{time.UnixMilli(2250), 4}, ranges[0].Samples[2])
	_, err = New(server.URL).Samples(t.Context(), "up", time.Second)
	assert.ErrorContains(t, err, "up[1000ms]: result is a vector, want a matrix")
}

func TestAddLives(t *testing.T) {
	samples := func(values ...float64) (points []Point) {
		for i, v := range values {
			if v >= 0 {
				points = append(points, Point{time.UnixMilli(int64(i) * 15_000), v})
			}
		}
		return points
	}
	steady := Range{Samples: samples(1, 1, 1, 1, 1, 1)}
	once := Range{Samples: samples(-1, 2, 3)}
	twice := Range{Samples: samples(4, 5, -1, 7)}
	fell := Range{Labels: map[string]string{"a": "b"}, Samples: samples(3, 2)}
	again := Range{Samples: samples(0, 4, -1, 5)}
	again.Samples[2] = Point{time.UnixMilli(30_001), 0}
	again.Samples = append(again.Samples, Point{time.UnixMilli(45_000), 5})
	counters := []Range{steady, once, twice, fell, again}
	assert.Equal(t, Lives{Total: 1 + 3 + 5 + 7 + 2 + 4 + 5, Lives: 7, Series: 5, Fell: []map[string]string{{"a": "b"}}}, AddLives(counters, counters))
}
