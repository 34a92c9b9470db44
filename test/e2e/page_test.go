// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

const (
	pageFile = "../../config/page.yaml"
	// pageHost is in the gateways' certificate, as page.yaml has it.
	pageHost = "otelcol-istio-page.observability.svc"
)

// TestPageBeyondLocalhost has config/page.yaml as deploy/kubernetes/page uses it: a
// reader needs the password, a browser is told so, and the gateway logs in at its peers.
func TestPageBeyondLocalhost(t *testing.T) {
	t.Parallel()
	ports, err := proc.FreePorts(1)
	require.NoError(t, err)
	address := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(ports[0]))
	files, roots := pageFiles(t)
	g := startGatewayBefore(t, startPrometheus(t), map[string]string{
		"PAGE_ENDPOINT": address.String(), "PAGE_FILES": files, "PAGE_PEERS_DNS": address.Addr().String(),
		"PAGE_PEERS_ENDPOINT": "https://" + pageHost + ":" + address.String()[len("127.0.0.1:"):],
		"STATE_DIRECTORY":     t.TempDir(),
	}, storageFile, pageFile)
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 10, Destinations: 1, PerRequest: 10, Workloads: 1, Workload: "web"})

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: pageHost}}}
	get := func(user *url.Userinfo, path string) (*http.Response, string) {
		u := url.URL{Scheme: "https", User: user, Host: address.String(), Path: path}
		response, err := client.Get(u.String())
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response, string(body)
	}
	for _, stranger := range []*url.Userinfo{nil, url.UserPassword("reader", "wrong"), url.UserPassword("nobody", "secret")} {
		for _, path := range []string{"/", "/api/v1/egress", "/api/v1/local", "/static/style.css"} {
			response, body := get(stranger, path)
			assert.Equal(t, http.StatusUnauthorized, response.StatusCode, path)
			assert.True(t, strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Basic "), "a browser asks for the password")
			assert.NotContains(t, body, "web0")
		}
	}
	reader := url.UserPassword("reader", "secret")
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		_, body := get(reader, "/api/v1/egress")
		var answer struct {
			Rows []pageclient.Row
			// Missing are the peers that did not answer.
			Missing []string
		}
		require.NoError(t, json.Unmarshal([]byte(body), &answer))
		assert.Empty(t, answer.Missing)
		require.Len(t, answer.Rows, 1)
		assert.Equal(t, 10, answer.Rows[0].Requests)
	}, 30*time.Second, time.Second)
	response, body := get(reader, "/")
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Contains(t, body, "web0")
}

// pageFiles are a folder for PAGE_FILES, and the authority of its certificate.
func pageFiles(t *testing.T) (folder string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	certificate := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{pageHost}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	hash := sha1.Sum([]byte("secret"))
	folder = t.TempDir()
	for name, content := range map[string]string{
		"tls.crt": string(encoded), "ca.crt": string(encoded),
		"tls.key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})),
		"htpasswd": "reader:{SHA}" + base64.StdEncoding.EncodeToString(hash[:]) + "\n",
		"username": "reader", "password": "secret",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	roots = x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(encoded))
	return folder, roots
}
