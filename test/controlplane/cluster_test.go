// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

const cluster = `
apiVersion: v1
kind: Pod
metadata: {name: a-0, namespace: own, labels: {app: a}}
spec: {serviceAccountName: first}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: a-0, namespace: other, labels: {app: a}}
status: {podIP: 10.0.0.2}
`

const services = `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: own}
spec: {clusterIP: 10.1.0.1, selector: {app: a}, ports: [{name: http, port: 80, targetPort: 8080}]}
`

// TestReadCluster has a service's endpoints: the pods of its namespace that it
// selects, at the port that it names.
func TestReadCluster(t *testing.T) {
	objects, err := readCluster(append(write(t, cluster), write(t, services)...))
	require.NoError(t, err)
	var slices []*discoveryv1.EndpointSlice
	var namespaces []string
	for _, o := range objects {
		switch o := o.(type) {
		case *discoveryv1.EndpointSlice:
			slices = append(slices, o)
		case *corev1.Namespace:
			namespaces = append(namespaces, o.Name)
		}
	}
	assert.Equal(t, []string{"other", "own"}, namespaces)
	require.Len(t, slices, 1)
	require.Len(t, slices[0].Endpoints, 1)
	assert.Equal(t, []string{"10.0.0.1"}, slices[0].Endpoints[0].Addresses)
	assert.EqualValues(t, 8080, *slices[0].Ports[0].Port)

	_, err = readCluster(write(t, "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"))
	require.ErrorContains(t, err, "want Services and Pods")
}
