// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	kubelib "istio.io/istio/pkg/kube"
)

func clusterFlag(c *cobra.Command, files *[]string) {
	c.Flags().StringArrayVar(files, "cluster", nil, "file of Services and Pods; may be repeated")
}

// readCluster reads Services and Pods, and does what the controllers of Kubernetes would: it makes a namespace for
// each and an EndpointSlice of the pods that a Service selects.
func readCluster(files []string) ([]runtime.Object, error) {
	services, pods, err := readObjects(files)
	if err != nil {
		return nil, err
	}
	objects := namespaces(pods)
	for _, p := range pods {
		objects = append(objects, p)
	}
	for _, s := range services {
		objects = append(objects, s, endpointSlice(s, pods))
	}
	return objects, nil
}

// readObjects reads Services, and Pods that run.
func readObjects(files []string) (services []*corev1.Service, pods []*corev1.Pod, err error) {
	decode := kubelib.IstioCodec.UniversalDeserializer().Decode
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		for _, doc := range documents(string(b)) {
			object, _, err := decode([]byte(doc), nil, nil)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w in %s", file, err, doc)
			}
			switch o := object.(type) {
			case *corev1.Service:
				services = append(services, o)
			case *corev1.Pod:
				o.Status.Phase = corev1.PodRunning
				o.Status.PodIPs = []corev1.PodIP{{IP: o.Status.PodIP}}
				o.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
				pods = append(pods, o)
			default:
				return nil, nil, fmt.Errorf("%s: want Services and Pods, got %T", file, object)
			}
		}
	}
	return services, pods, nil
}

func namespaces(pods []*corev1.Pod) (all []runtime.Object) {
	names := map[string]bool{}
	for _, p := range pods {
		names[p.Namespace] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return all
}

func endpointSlice(s *corev1.Service, pods []*corev1.Pod) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: s.Name, Namespace: s.Namespace,
			Labels: map[string]string{discoveryv1.LabelServiceName: s.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	ready := true
	for _, p := range pods {
		if p.Namespace != s.Namespace || !selects(s.Spec.Selector, p.Labels) {
			continue
		}
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses:  []string{p.Status.PodIP},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready},
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: p.Name, Namespace: p.Namespace},
		})
	}
	for _, port := range s.Spec.Ports {
		number := port.Port
		if target := port.TargetPort.IntVal; target != 0 {
			number = target
		}
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: &port.Name, Port: &number, Protocol: &port.Protocol})
	}
	return slice
}

func selects(selector, labels map[string]string) bool {
	for name, value := range selector {
		if labels[name] != value {
			return false
		}
	}
	return len(selector) > 0
}
