// SPDX-License-Identifier: Apache-2.0

package kubernetes

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

// verbs are what has been asked of pods, by the names that a role gives them.
type verbs struct {
	mutex sync.Mutex
	asked map[string]bool
}

func (v *verbs) add(r *http.Request) {
	verb := "list"
	if r.URL.Query().Get("watch") == "true" {
		verb = "watch"
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.asked == nil {
		v.asked = map[string]bool{}
	}
	v.asked[verb] = true
}

func (v *verbs) has(verb string) bool {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.asked[verb]
}

// compare holds the role to what was asked: no less, or the gateway would wait
// for ever, and no more.
func (v *verbs) compare(t *testing.T) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	g, err := manifests.Read("../../deploy/kubernetes/k8s-attributes")
	require.NoError(t, err)
	asked := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: slices.Sorted(maps.Keys(v.asked))}
	assert.Equal(t, []rbacv1.PolicyRule{asked}, g.ClusterRole.Rules)
}
