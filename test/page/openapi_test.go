// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The API answers as its description says, and refuses what the description does not
// have.
func TestOpenAPI(t *testing.T) {
	url := serve(t, shop())
	description := fetch(t, url+"/api/v1/openapi.yaml")
	doc, err := openapi3.NewLoader().LoadFromData(description.body)
	require.NoError(t, err)
	doc.OpenAPI = "3.0.3" // all that the description uses is in both versions
	doc.Servers = openapi3.Servers{{URL: url}}
	require.NoError(t, doc.Validate(t.Context()))
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)

	for _, target := range []string{
		"/api/v1/about", "/api/v1/egress", "/api/v1/egress?decision=blocked", "/api/v1/egress?page=2", "/api/v1/egress?q=nothing",
		"/api/v1/egress?sort=count&order=desc&new=30d&seen=24h&port=443&traffic=tls&grade=claimed", "/api/v1/egress?decision=maybe", "/api/v1/egress?format=csv",
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
			assert.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: in, Status: got.status, Header: got.header,
				Body: io.NopCloser(bytes.NewReader(got.body)), Options: &openapi3filter.Options{IncludeResponseStatus: true},
			}))
		})
	}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func fetch(t *testing.T, url string) answer {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, body}
}
