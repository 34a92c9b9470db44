// SPDX-License-Identifier: Apache-2.0

package kubernetes

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// pods is what the API answers when asked for all pods. Our connections come
// from 127.0.0.1.
const pods = `{"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [{
	"metadata": {
		"name": "sleep-7656cf8794-cgsm5", "namespace": "default", "uid": "8f8e3d0c-0000-4000-8000-000000000001", "resourceVersion": "1",
		"labels": {
			"app": "sleep", "version": "v2", "pod-template-hash": "7656cf8794",
			"service.istio.io/canonical-name": "sleepers", "service.istio.io/canonical-revision": "v3"
		},
		"ownerReferences": [{
			"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "sleep-7656cf8794", "controller": true,
			"uid": "8f8e3d0c-0000-4000-8000-000000000002"
		}]
	},
	"status": {"podIP": "127.0.0.1", "phase": "Running", "startTime": "2026-11-23T03:00:00Z"}
}]}`

// startAPI serves what a client of the API needs to know the pod, and gives the
// file by which a client finds it. What is asked until the test ends must be
// what deploy/kubernetes grants.
func startAPI(t *testing.T) (kubeconfig string, asked *verbs) {
	asked = &verbs{}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.add(r)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path != "/api/v1/pods":
			t.Errorf("asked for more than deploy/kubernetes grants: %s", r.URL)
			http.NotFound(w, r)
		case r.URL.Query().Get("sendInitialEvents") == "true":
			// As an API server of before 1.32: clients ask for a list then.
			http.Error(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422}`, http.StatusUnprocessableEntity)
		case r.URL.Query().Get("watch") == "true":
			w.(http.Flusher).Flush()
			<-r.Context().Done() // nothing changes
		default:
			fmt.Fprint(w, pods)
		}
	}))
	t.Cleanup(func() {
		api.Close()
		asked.compare(t)
	})

	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, fmt.Appendf(nil, `
apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: test}}]
clusters: [{name: test, cluster: {server: %q}}]
users: [{name: test, user: {}}]
`, api.URL), 0o600))
	return kubeconfig, asked
}
