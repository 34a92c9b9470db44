package state

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// FuzzOpen reads a head and a value that anybody may have written, with a right
// checksum or a wrong one. Whatever it is, a log begins that comes back.
func FuzzOpen(f *testing.F) {
	good := head{instance: "gateway-0", settings: "buckets", whole: true, log: values{1, 2}, aside: values{3, 4}, deleted: values{5, 6}}
	f.Add(good.encode(), seal(1, []byte("a")), "1.1")
	f.Add([]byte{}, []byte{}, "")
	f.Add([]byte{1}, []byte{1}, "1.2")
	f.Fuzz(func(t *testing.T, stored, value []byte, version string) {
		for _, h := range [][]byte{stored, seal(0, stored)} {
			disk := storagetest.NewDisk()
			disk.Set("1.1/head", h)
			disk.Set("1.1/1", value)
			if version != "" {
				disk.Set(keyVersion, []byte(version))
			}
			l, aside, err := Open(t.Context(), disk.Client(), owner, new(reader))
			require.NoError(t, err)
			before := l.head.log.len()
			appendAll(t, l, "b")
			_, values, again := openAs(t, disk.Crash().Client(), owner)
			assert.Empty(t, again)
			require.NotEmpty(t, values)
			assert.Equal(t, "b", values[len(values)-1])
			if aside.Reason != "" {
				assert.Zero(t, before)
			}
		}
	})
}
