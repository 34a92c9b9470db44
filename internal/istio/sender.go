// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Sender compares the namespace that a record says its proxy is in with that of
// the proxy's certificate. A copy starts with what the original has seen.
type Sender struct {
	// Namespace is that of the certificate.
	Namespace string
	// differs is set once something names another namespace.
	differs bool
}

// Claim takes note of one value of a record. Values that say nothing of the
// proxy's own namespace are ignored.
//
// Each origin of the namespace in identityTable is a claim, not only the surest
// one: a value that is read later may take the surest one away.
func (s *Sender) Claim(op accesslog.Op, value string) {
	switch op {
	case accesslog.NodeNamespace:
		s.compare(value)
	case accesslog.NodeID:
		s.compare(names.ParseNode(value).Namespace)
	case accesslog.NodeCluster:
		_, namespace := names.ParseNodeCluster(value)
		s.compare(namespace)
	case accesslog.DownstreamLocalURISAN, accesslog.UpstreamLocalURISAN:
		// The proxy's own certificates: none may be another workload's.
		for san := range strings.SplitSeq(value, ",") {
			s.compare(names.NamespaceOfPrincipal(strings.TrimSpace(san)))
		}
	}
}

func (s *Sender) compare(namespace string) {
	if namespace != "" && namespace != accesslog.Missing && namespace != s.Namespace {
		s.differs = true
	}
}

// Agrees tells whether nothing names another namespace. A record that names none
// agrees.
func (s *Sender) Agrees() bool { return !s.differs }
