// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// The API answers as its description says, and refuses what the description does not
// have.
func TestOpenAPI(t *testing.T) {
	hole := row("web", "api.example.com", allowed, func(r *egress.Row) {
		r.NameSource, r.ProvenAddresses = egress.EntryMismatch, 1
		r.ClientNames, r.MoreClientNames = []string{"evil.example.org"}, true
	})
	url := serve(t, append(shop(), hole))
	description := fetch(t, url+"/api/v1/openapi.yaml")
	doc, err := openapi3.NewLoader().LoadFromData(description.body)
	require.NoError(t, err)
	doc.OpenAPI = "3.0.3" // all that the description uses is in both versions
	doc.Servers = openapi3.Servers{{URL: url}}
	require.NoError(t, doc.Validate(t.Context()))
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)

	for _, post := range []struct {
		target, body string
		fails        bool
	}{
		{target: "/api/v1/diff", body: entries},
		{target: "/api/v1/diff", body: "a: ["},
		{target: "/api/v1/diff", fails: true}, // no files are named
		{target: "/api/v1/whatif", body: entries},
		{target: "/api/v1/whatif?namespace=shop&workload=web&mode=as_is&outcome=blocked&page=1", body: entries + "---\nkind: Service\nmetadata: {name: a}\n"},
		{target: "/api/v1/whatif?with=suggestions"},
		{target: "/api/v1/whatif", fails: true},
		{target: "/api/v1/whatif?mode=DENY", body: entries, fails: true},
	} {
		t.Run(post.target+" of "+strconv.Quote(post.body), func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+post.target, strings.NewReader(post.body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/yaml")
			got := send(t, request)
			assert.Equal(t, post.fails, got.status != http.StatusOK, "%s", got.body)
			route, path, err := router.FindRoute(request)
			require.NoError(t, err)
			requireDescribed(t, &openapi3filter.RequestValidationInput{Request: request, PathParams: path, Route: route}, got)
		})
	}
	for _, target := range []string{
		"/api/v1/about", "/api/v1/egress", "/api/v1/egress?decision=blocked", "/api/v1/egress?port=other", "/api/v1/egress?port=any", "/api/v1/egress?page=2", "/api/v1/egress?q=nothing",
		"/api/v1/egress?sort=count&order=desc&new=30d&seen=24h&port=443&traffic=tls&grade=claimed", "/api/v1/egress?decision=maybe", "/api/v1/egress?format=csv",
		"/api/v1/suggestions", "/api/v1/suggestions?namespace=shop&allowed=true&page=1", "/api/v1/suggestions?format=yaml", "/api/v1/suggestions?format=xml", "/api/v1/holes", "/api/v1/holes?namespace=shop",
	} {
		t.Run(target, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+target, nil)
			require.NoError(t, err)
			route, path, err := router.FindRoute(request)
			require.NoError(t, err)
			in := &openapi3filter.RequestValidationInput{Request: request, PathParams: path, Route: route}
			got := fetch(t, url+target)
			requestErr := openapi3filter.ValidateRequest(t.Context(), in)
			assert.Equal(t, requestErr == nil, got.status == http.StatusOK, "the description says %v", requestErr)
			requireDescribed(t, in, got)
		})
	}
}

// entries are resources that somebody posts.
const entries = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com, cards.example.net], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
`

// requireDescribed fails if the description does not have an answer.
func requireDescribed(t *testing.T, in *openapi3filter.RequestValidationInput, got answer) {
	t.Helper()
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: got.status, Header: got.header,
		Body: io.NopCloser(bytes.NewReader(got.body)), Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}))
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func fetch(t *testing.T, url string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	return send(t, request)
}

func send(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, body}
}
