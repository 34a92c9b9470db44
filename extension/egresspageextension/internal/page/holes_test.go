// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/holes"
)

const aHole = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\n" +
	"spec: {hosts: [db.example.com], exportTo: ['.'], resolution: NONE, ports: [{number: 9000, name: tcp, protocol: TCP}]}\n"

func TestHoles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte(aHole), 0o600))
	used := often("evil.example.org", func(r *egress.Row) { r.Decision, r.Entry, r.Port = egress.Allowed, "db.example.com", 9000 })
	h := serveWith(t, Options{Files: NewFiles([]string{file})}, used)
	a := decode[holesAnswer](t, get(t, h, "/api/v1/holes"))
	require.NotEmpty(t, a.Holes)
	assert.Equal(t, holes.AnyAddress, a.Holes[0].Kind)
	assert.True(t, a.Holes[0].Used)
	assert.Len(t, a.Holes, a.Total)
	assert.Empty(t, decode[holesAnswer](t, get(t, h, "/api/v1/holes?namespace=bank")).Holes)
	view := get(t, h, "/holes")
	assert.Contains(t, view.Body.String(), "evil.example.org")
	checkElements(t, view)

	d := decode[diffAnswer](t, post(h, "/api/v1/diff", aHole))
	assert.Equal(t, a.Holes, d.Holes)
	assert.Equal(t, a.Total, d.Totals.Holes)

	without := serve(t, used)
	assert.Equal(t, holes.OtherName, decode[holesAnswer](t, get(t, without, "/api/v1/holes")).Holes[0].Kind, "the traffic alone tells some")
	assert.Contains(t, get(t, without, "/holes").Body.String(), "istio_resources")
	assert.Empty(t, decode[holesAnswer](t, get(t, serve(t), "/api/v1/holes")).Holes)

	used.Port, used.OtherPorts = 0, true
	ofOthers := serve(t, used)
	assert.True(t, decode[holesAnswer](t, get(t, ofOthers, "/api/v1/holes")).Holes[0].OtherPorts)
	assert.Contains(t, get(t, ofOthers, "/holes").Body.String(), `<td class="number">other</td>`)
	for _, path := range []string{"/holes", "/api/v1/holes"} {
		assert.Equal(t, http.StatusBadRequest, get(t, h, path+"?colour=red").Code)
	}
}

// With the settings as shipped a row to an entry has the entry's own host. What the client
// named is shown beside it, escaped.
func TestHolesByClientNames(t *testing.T) {
	mismatch := often("db.example.com", func(r *egress.Row) {
		r.Decision, r.Entry, r.Port, r.NameSource = egress.Allowed, "db.example.com", 9000, egress.EntryMismatch
		r.ClientNames = []string{"evil.example.org", `<script>alert("x")</script>`}
	})
	h := serve(t, mismatch)
	a := decode[holesAnswer](t, get(t, h, "/api/v1/holes"))
	require.NotEmpty(t, a.Holes)
	assert.Equal(t, holes.OtherName, a.Holes[0].Kind)
	assert.Equal(t, mismatch.ClientNames, a.Holes[0].Users[0].Destinations)
	rows := apiRows(t, h, "q=evil.example")
	require.Len(t, rows.Rows, 1, "a search finds what the client named")
	assert.Equal(t, mismatch.ClientNames, rows.Rows[0].ClientNames)
	assert.Equal(t, egress.Contradicted, rows.Rows[0].Grade)
	for _, path := range []string{"/holes", "/destinations", "/suggestions"} {
		view := get(t, h, path)
		body := view.Body.String()
		assert.NotContains(t, body, "<script>alert", path)
		assert.Equal(t, path != "/suggestions", strings.Contains(body, "evil.example.org"), path)
		checkElements(t, view)
	}
}
