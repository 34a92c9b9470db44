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
