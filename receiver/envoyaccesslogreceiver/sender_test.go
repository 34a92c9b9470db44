// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// authority signs the certificates of a mesh.
type authority struct {
	folder string
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
	pool   *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := &authority{folder: t.TempDir(), key: key, pool: x509.NewCertPool()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mesh"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	a.pool.AddCert(a.cert)
	a.write(t, "ca.crt", "CERTIFICATE", der)
	return a
}

func (a *authority) write(t *testing.T, name, kind string, der []byte) string {
	file := filepath.Join(a.folder, name)
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return file
}

// issue makes a certificate for an address on loopback and, if it is not empty,
// with a URI.
func (a *authority) issue(t *testing.T, uri string) (der []byte, key *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if uri != "" {
		parsed, err := url.Parse(uri)
		require.NoError(t, err)
		template.URIs = []*url.URL{parsed}
	}
	der, err = x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	require.NoError(t, err)
	return der, key
}

// server is the TLS of a server that asks for certificates.
func (a *authority) server(t *testing.T) configoptional.Optional[configtls.ServerConfig] {
	der, key := a.issue(t, "")
	keyDER, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	tls := configtls.NewDefaultServerConfig()
	tls.CertFile = a.write(t, "server.crt", "CERTIFICATE", der)
	tls.KeyFile = a.write(t, "server.key", "EC PRIVATE KEY", keyDER)
	tls.ClientCAFile = filepath.Join(a.folder, "ca.crt")
	return configoptional.Some(tls)
}

// client is the TLS of a client with this URI in its certificate.
func (a *authority) client(t *testing.T, uri string) *tls.Config {
	der, key := a.issue(t, uri)
	return &tls.Config{RootCAs: a.pool, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// claims has records that the owner of a certificate of namespace shop may send,
// and some that it may not.
func claims() (all plog.Logs, honest int) {
	all = plog.NewLogs()
	own := all.ResourceLogs().AppendEmpty()
	own.Resource().Attributes().PutStr("node_name", "sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local")
	records := own.ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("a line of text")
	records.AppendEmpty().Attributes().PutStr("namespace", "shop")
	records.AppendEmpty().Attributes().PutStr("downstream_peer_uri_san", "spiffe://cluster.local/ns/bank/sa/teller")
	honest = records.Len()
	records.AppendEmpty().Attributes().PutStr("namespace", "bank")
	records.AppendEmpty().Attributes().PutEmptyBytes("namespace").FromRaw([]byte("bank"))
	records.AppendEmpty().Attributes().PutStr("upstream_local_uri_san", "spiffe://cluster.local/ns/bank/sa/teller")
	records.AppendEmpty().Body().SetStr(`{"method":"GET","node_id":"sidecar~10.0.0.2~teller-1.bank~x"}`)
	records.AppendEmpty().Body().SetEmptyMap().PutStr("namespace", "bank")
	forged := all.ResourceLogs().AppendEmpty()
	forged.Resource().Attributes().PutStr("k8s.namespace.name", "bank")
	forged.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Attributes().PutStr("namespace", "shop")
	return all, honest
}

// A client with a certificate of one namespace cannot send records of another one,
// over any protocol. It is told how many were rejected, and the others are
// accepted.
func TestSenderIdentity(t *testing.T) {
	mesh := newAuthority(t)
	const shop, other = "spiffe://cluster.local/ns/shop/sa/web", "spiffe://cluster.local/web"
	all, honest := claims()
	request := plogotlp.NewExportRequestFromLogs(all)
	body, err := request.MarshalProto()
	require.NoError(t, err)
	json, err := request.MarshalJSON()
	require.NoError(t, err)

	for name, test := range map[string]struct {
		protocol protocol
		send     func(t *testing.T, client *tls.Config, address string, response plogotlp.ExportResponse)
	}{
		"gRPC": {protocolOTLPGRPC, func(t *testing.T, client *tls.Config, address string, response plogotlp.ExportResponse) {
			conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(client)))
			require.NoError(t, err)
			defer conn.Close()
			b, err := export(t.Context(), conn, body)
			require.NoError(t, err, "the request is accepted")
			require.NoError(t, response.UnmarshalProto(b))
		}},
		"HTTP": {protocolOTLPHTTP, func(t *testing.T, client *tls.Config, address string, response plogotlp.ExportResponse) {
			require.NoError(t, response.UnmarshalProto(postTLS(t, client, address, typeProtobuf, body)))
		}},
		"HTTP, JSON": {protocolOTLPHTTP, func(t *testing.T, client *tls.Config, address string, response plogotlp.ExportResponse) {
			require.NoError(t, response.UnmarshalJSON(postTLS(t, client, address, typeJSON, json)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			sink, tel, address := startVerifying(t, mesh)
			for _, c := range []struct {
				uri, reason string
				rejected    int
			}{
				{shop, "sender_mismatch", all.LogRecordCount() - honest},
				{other, "sender_unverified", all.LogRecordCount()},
			} {
				response := plogotlp.NewExportResponse()
				test.send(t, mesh.client(t, c.uri), address[test.protocol], response)
				assert.Equal(t, honest, sink.LogRecordCount())
				assert.EqualValues(t, c.rejected, response.PartialSuccess().RejectedLogRecords())
				assert.Contains(t, response.PartialSuccess().ErrorMessage(), c.reason)
				assert.EqualValues(t, c.rejected, value(t, tel, "otelcol_receiver_envoy_access_log_removed_records",
					"protocol", test.protocol.String(), "reason", c.reason))
			}
		})
	}
}

// postTLS sends a request over HTTP that is accepted, and gives the response's
// body.
func postTLS(t *testing.T, client *tls.Config, address, contentType string, body []byte) []byte {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: client}}
	defer c.CloseIdleConnections()
	resp, err := c.Post("https://"+address+"/v1/logs", contentType, bytes.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return b
}

func TestSenderIdentityALS(t *testing.T) {
	mesh := newAuthority(t)
	sink, tel, address := startVerifying(t, mesh)
	send := func(uri, node string, sans ...string) {
		conn, err := grpc.NewClient(address[protocolALS], grpc.WithTransportCredentials(credentials.NewTLS(mesh.client(t, uri))))
		require.NoError(t, err)
		defer conn.Close()
		stream := openStream(t, conn)
		var entries []*accesslogv3.HTTPAccessLogEntry
		for _, san := range sans {
			entries = append(entries, &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
				TlsProperties: &accesslogv3.TLSProperties{LocalCertificateProperties: &accesslogv3.TLSProperties_CertificateProperties{
					SubjectAltName: []*accesslogv3.TLSProperties_CertificateProperties_SubjectAltName{
						{San: &accesslogv3.TLSProperties_CertificateProperties_SubjectAltName_Uri{Uri: san}},
					},
				}},
			}})
		}
		require.NoError(t, stream.Send(httpMessage(&accesslogservicev3.StreamAccessLogsMessage_Identifier{Node: &corev3.Node{Id: node}}, entries...)))
		_, err = stream.CloseAndRecv()
		require.NoError(t, err)
	}
	const shop, bank = "spiffe://cluster.local/ns/shop/sa/web", "spiffe://cluster.local/ns/bank/sa/teller"
	const shopNode, bankNode = "sidecar~10.0.0.1~web-1.shop~x", "sidecar~10.0.0.2~teller-1.bank~x"
	send(shop, shopNode, shop, bank)
	send(shop, bankNode, shop, shop, shop)
	send("spiffe://cluster.local/web", shopNode, shop, shop)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, 1, sink.LogRecordCount())
		const entries = "otelcol_receiver_envoy_access_log_entries"
		assert.EqualValues(c, 1, value(c, tel, entries, "outcome", "accepted"))
		assert.EqualValues(c, 4, value(c, tel, entries, "outcome", "sender_mismatch"))
		assert.EqualValues(c, 2, value(c, tel, entries, "outcome", "sender_unverified"))
	}, patience, 10*time.Millisecond)
}

// startVerifying starts a receiver with all protocols that verifies senders.
func startVerifying(t *testing.T, mesh *authority) (*consumertest.LogsSink, *componenttest.Telemetry, map[protocol]string) {
	cfg := otlpConfig()
	*cfg.Protocols.GRPC.GetOrInsertDefault() = *testConfig().Protocols.GRPC.Get()
	cfg.SenderIdentity = SenderVerify
	cfg.Protocols.GRPC.Get().TLS = mesh.server(t)
	cfg.Protocols.OTLP.GRPC.Get().TLS = mesh.server(t)
	cfg.Protocols.OTLP.HTTP.Get().ServerConfig.TLS = mesh.server(t)
	for _, endpoint := range []*string{
		&cfg.Protocols.GRPC.Get().NetAddr.Endpoint, &cfg.Protocols.OTLP.GRPC.Get().NetAddr.Endpoint,
		&cfg.Protocols.OTLP.HTTP.Get().ServerConfig.NetAddr.Endpoint,
	} {
		*endpoint = "127.0.0.1:0"
	}
	require.NoError(t, cfg.Validate())
	sink := new(consumertest.LogsSink)
	r, tel := start(t, cfg, sink, componenttest.NewNopHost())
	address := map[protocol]string{}
	for p := range numProtocols {
		address[p] = listenerOf(t, r, p).Addr().String()
	}
	return sink, tel, address
}
