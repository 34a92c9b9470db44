package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Sender compares what a record says of its proxy's namespace with what the
// proxy's certificate says. A copy goes on from where the original is.
type Sender struct {
	// Namespace is that of the certificate.
	Namespace string
	// differs is set once something names another namespace.
	differs bool
}

// Claim takes note of one value of a record. Values that say nothing of the
// proxy's own namespace are left alone.
//
// Each source of the namespace in identityTable is a claim, whichever of them the
// labels would follow: a value that is read later may take the surer one away.
func (s *Sender) Claim(op accesslog.Op, value string) {
	switch op {
	case accesslog.NodeNamespace:
		s.name(value)
	case accesslog.NodeID:
		s.name(names.ParseNode(value).Namespace)
	case accesslog.NodeCluster:
		_, namespace := names.ParseNodeCluster(value)
		s.name(namespace)
	case accesslog.DownstreamLocalURISAN, accesslog.UpstreamLocalURISAN:
		// The proxy's own certificates: none may be another workload's.
		for san := range strings.SplitSeq(value, ",") {
			s.name(names.NamespaceOfPrincipal(strings.TrimSpace(san)))
		}
	}
}

func (s *Sender) name(namespace string) {
	if namespace != "" && namespace != accesslog.Missing && namespace != s.Namespace {
		s.differs = true
	}
}

// Agrees tells whether nothing names another namespace. A record that names none
// agrees.
func (s *Sender) Agrees() bool { return !s.differs }
