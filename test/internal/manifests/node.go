// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Node is all that the folder for log files applies.
type Node struct {
	ConfigMap      *corev1.ConfigMap
	DaemonSet      *appsv1.DaemonSet
	NetworkPolicy  *networkingv1.NetworkPolicy
	ServiceAccount *corev1.ServiceAccount
}

// ReadNode renders the folder, and refuses what Read refuses.
func ReadNode(folder string) (*Node, error) {
	n := &Node{}
	if err := render(folder, n.add); err != nil {
		return nil, err
	}
	if n.ConfigMap == nil || n.DaemonSet == nil || n.NetworkPolicy == nil || n.ServiceAccount == nil {
		return nil, fmt.Errorf("an object is missing: %+v", *n)
	}
	if c := n.DaemonSet.Spec.Template.Spec.Containers; len(c) != 1 {
		return nil, fmt.Errorf("%d containers", len(c))
	}
	return n, nil
}

// Container is the pod's only one.
func (n *Node) Container() corev1.Container { return n.DaemonSet.Spec.Template.Spec.Containers[0] }

// Env is what the container sets.
func (n *Node) Env() map[string]string { return env(n.Container()) }

func (n *Node) add(object runtime.Object) error {
	switch o := object.(type) {
	case *corev1.ConfigMap:
		return set(&n.ConfigMap, o)
	case *appsv1.DaemonSet:
		return set(&n.DaemonSet, o)
	case *networkingv1.NetworkPolicy:
		return set(&n.NetworkPolicy, o)
	case *corev1.ServiceAccount:
		return set(&n.ServiceAccount, o)
	default:
		return fmt.Errorf("not expected: %T", o)
	}
}
