// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	// envURL is the URL of the page if no flag names it.
	envURL     = "EGRESS_PAGE_URL"
	defaultURL = "http://127.0.0.1:8686"
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 256 << 20
)

// client asks a page.
type client struct {
	url                                  string
	tokenFile, caFile, certFile, keyFile string
	timeout                              time.Duration
}

func (c *client) addFlags(f *flag.FlagSet) {
	f.StringVar(&c.url, "url", cmp.Or(os.Getenv(envURL), defaultURL), "`URL` of the page; "+envURL+" sets the default")
	f.StringVar(&c.tokenFile, "token-file", "", "`file` with a bearer token")
	f.StringVar(&c.caFile, "ca-file", "", "`file` with the roots of the page's certificate")
	f.StringVar(&c.certFile, "cert-file", "", "`file` with a client certificate")
	f.StringVar(&c.keyFile, "key-file", "", "`file` with its key")
	f.DurationVar(&c.timeout, "timeout", time.Minute, "`time` to wait for an answer")
}

// ask sends a request and returns the body of the answer. It is a GET if the body is
// nil. An answer that is none of 200 is an error.
func (c *client) ask(ctx context.Context, path string, query url.Values, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := c.request(ctx, path, query, body)
	if err != nil {
		return nil, err
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	defer transport.CloseIdleConnections()
	// A redirect would take the token elsewhere.
	h := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := h.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("the answer of %s has more than %d bytes", request.URL.Host, maxAnswer)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %s: %s", request.URL.Host, response.Status, reason(answer))
	}
	return answer, nil
}

func (c *client) request(ctx context.Context, path string, query url.Values, body []byte) (*http.Request, error) {
	u, err := url.Parse(c.url)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("-url must be a URL such as %s, got %q", defaultURL, c.url)
	}
	u = u.JoinPath(path)
	u.RawQuery = query.Encode()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/yaml")
	}
	if c.tokenFile != "" {
		token, err := os.ReadFile(c.tokenFile)
		if err != nil {
			return nil, fmt.Errorf("-token-file: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	return request, nil
}

func (c *client) transport() (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.caFile != "" {
		pem, err := os.ReadFile(c.caFile)
		if err != nil {
			return nil, fmt.Errorf("-ca-file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("-ca-file: %s holds no certificate", c.caFile)
		}
	}
	if (c.certFile == "") != (c.keyFile == "") {
		return nil, errors.New("-cert-file and -key-file belong together")
	}
	if c.certFile != "" {
		certificate, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
		if err != nil {
			return nil, fmt.Errorf("-cert-file and -key-file: %w", err)
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true}, nil
}

// reason is what an answer says of its status.
func reason(answer []byte) string {
	var e struct{ Error string }
	if json.Unmarshal(answer, &e) == nil && e.Error != "" {
		return e.Error
	}
	return strings.TrimSpace(string(answer[:min(len(answer), 200)]))
}

// askFor asks for JSON.
func askFor[T any](ctx context.Context, c *client, path string, query url.Values, body []byte) (answer T, err error) {
	text, err := c.ask(ctx, path, query, body)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("the answer of %s cannot be read: %w", path, err)
	}
	return answer, nil
}

// errMissing is returned for an answer that lacks the rows of some gateways.
func errMissing(gateways []string) error {
	return fmt.Errorf("rows of these gateways are missing: %s", strings.Join(gateways, ", "))
}

// errIncomplete is returned for an answer that lacks the rows of some gateways, or does not
// use some of the resources.
func errIncomplete(missing []string, problems []problem) error {
	switch {
	case len(missing) > 0:
		return errMissing(missing)
	case len(problems) > 0:
		return fmt.Errorf("%s cannot be read", counted(len(problems), "resource", "resources"))
	}
	return nil
}
