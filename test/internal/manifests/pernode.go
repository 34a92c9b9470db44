// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// PerNode is all that the folder for a gateway on each node applies.
type PerNode struct {
	ConfigMap         *corev1.ConfigMap
	DaemonSet         *appsv1.DaemonSet
	NetworkPolicy     *networkingv1.NetworkPolicy
	ServiceAccount    *corev1.ServiceAccount
	Service, Headless *corev1.Service
}

// ReadPerNode renders the folder, and refuses what Read refuses.
func ReadPerNode(folder string) (*PerNode, error) {
	n := &PerNode{}
	if err := render(folder, n.add); err != nil {
		return nil, err
	}
	if n.ConfigMap == nil || n.DaemonSet == nil || n.NetworkPolicy == nil || n.ServiceAccount == nil || n.Service == nil || n.Headless == nil {
		return nil, fmt.Errorf("an object is missing: %+v", *n)
	}
	if c := n.DaemonSet.Spec.Template.Spec.Containers; len(c) != 1 {
		return nil, fmt.Errorf("%d containers", len(c))
	}
	return n, nil
}

// Container is the pod's only one.
func (n *PerNode) Container() corev1.Container { return n.DaemonSet.Spec.Template.Spec.Containers[0] }

// Env is what the container sets.
func (n *PerNode) Env() map[string]string { return env(n.Container()) }

func (n *PerNode) add(object runtime.Object) error {
	switch o := object.(type) {
	case *corev1.ConfigMap:
		return set(&n.ConfigMap, o)
	case *appsv1.DaemonSet:
		return set(&n.DaemonSet, o)
	case *networkingv1.NetworkPolicy:
		return set(&n.NetworkPolicy, o)
	case *corev1.ServiceAccount:
		return set(&n.ServiceAccount, o)
	case *corev1.Service:
		if o.Spec.ClusterIP == corev1.ClusterIPNone {
			return set(&n.Headless, o)
		}
		return set(&n.Service, o)
	default:
		return fmt.Errorf("not expected: %T", o)
	}
}
