// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// All stand in the namespace where deploy/istio looks for the gateway, but for
// what has none.
func TestNamespace(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		for _, object := range g.Objects {
			m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
			require.NoError(t, err)
			u := unstructured.Unstructured{Object: m}
			assert.Empty(t, validation.ValidateLabels(u.GetLabels(), field.NewPath("labels")), u.GetName())
			switch object.(type) {
			case *rbacv1.ClusterRole, *rbacv1.ClusterRoleBinding:
				assert.Empty(t, u.GetNamespace(), u.GetKind())
			default:
				assert.Equal(t, namespace, u.GetNamespace(), u.GetKind())
			}
		}
	})
}

// Whatever selects the pods selects them, and whatever names another object
// names one that is there.
func TestReferences(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		pod := &g.StatefulSet.Spec.Template
		selects(t, g.StatefulSet.Spec.Selector, pod, "StatefulSet")
		selects(t, g.PodDisruptionBudget.Spec.Selector, pod, "PodDisruptionBudget")
		selects(t, &g.NetworkPolicy.Spec.PodSelector, pod, "NetworkPolicy")
		selects(t, metav1.SetAsLabelSelector(g.Service.Spec.Selector), pod, "Service")
		selects(t, metav1.SetAsLabelSelector(g.Headless.Spec.Selector), pod, "headless Service")
		spread := g.StatefulSet.Spec.Template.Spec.TopologySpreadConstraints
		require.NotEmpty(t, spread)
		for _, c := range spread {
			selects(t, c.LabelSelector, pod, c.TopologyKey)
		}

		assert.Equal(t, g.Headless.Name, g.StatefulSet.Spec.ServiceName)
		assert.Equal(t, g.ServiceAccount.Name, g.StatefulSet.Spec.Template.Spec.ServiceAccountName)
	})
}

// A drain may take a gateway, never the last one.
func TestDisruption(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		require.NotNil(t, g.PodDisruptionBudget.Spec.MaxUnavailable)
		assert.Nil(t, g.PodDisruptionBudget.Spec.MinAvailable)
		may := g.PodDisruptionBudget.Spec.MaxUnavailable.IntValue()
		assert.Positive(t, may, "a drain would wait for ever")
		assert.Less(t, may, int(*g.StatefulSet.Spec.Replicas))
		assert.NotEqual(t, "0s", g.Env()["ALS_MAX_CONNECTION_AGE"], "with several gateways connections need an age")
	})
}

// selects checks that a selector takes the pod, and not everything.
func selects(t *testing.T, selector *metav1.LabelSelector, pod *corev1.PodTemplateSpec, by string) {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(selector)
	require.NoError(t, err, by)
	assert.False(t, s.Empty(), "%s selects everything", by)
	assert.True(t, s.Matches(labels.Set(pod.Labels)), by)
}
