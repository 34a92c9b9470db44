// SPDX-License-Identifier: Apache-2.0

// Package manifests reads a folder of deploy/kubernetes as `kubectl apply -k`
// does: kustomize renders it, and what comes out is decoded into the types of
// the Kubernetes API, which know each field that there is.
//
// Invariant: what is returned is complete and of known fields only; anything
// else is an error.
package manifests

import (
	"fmt"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Gateway is all that a folder applies.
type Gateway struct {
	ConfigMap           *corev1.ConfigMap
	NetworkPolicy       *networkingv1.NetworkPolicy
	PodDisruptionBudget *policyv1.PodDisruptionBudget
	ServiceAccount      *corev1.ServiceAccount
	StatefulSet         *appsv1.StatefulSet
	// Service is what proxies send to, Headless what StatefulSet and scrapers use.
	Service, Headless *corev1.Service
	// ClusterRole and ClusterRoleBinding are nil if the folder has none.
	ClusterRole        *rbacv1.ClusterRole
	ClusterRoleBinding *rbacv1.ClusterRoleBinding
	// PageService and Ingress are nil if the folder has none.
	PageService *corev1.Service
	Ingress     *networkingv1.Ingress
	// Objects are all of the above.
	Objects []runtime.Object
}

// Container is the gateway's, which is the pod's only one.
func (g *Gateway) Container() corev1.Container { return g.StatefulSet.Spec.Template.Spec.Containers[0] }

// Env is what the container sets.
func (g *Gateway) Env() map[string]string { return env(g.Container()) }

func env(c corev1.Container) map[string]string {
	env := map[string]string{}
	for _, v := range c.Env {
		env[v.Name] = v.Value
	}
	return env
}

// Read renders a folder that has a kustomization.yaml. A field that the API
// does not know, an object that this package does not, a second object of a
// kind and a missing one are errors.
func Read(folder string) (*Gateway, error) {
	g := &Gateway{}
	if err := render(folder, g.add); err != nil {
		return nil, err
	}
	return g, g.complete()
}

// render decodes what kustomize makes of a folder, and hands over each object.
func render(folder string, add func(runtime.Object) error) error {
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return fmt.Errorf("kustomize: %w", err)
	}
	for _, resource := range rendered.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return err
		}
		object, _, err := decoder.Decode(text, nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", resource.CurId(), err)
		}
		if err := add(object); err != nil {
			return fmt.Errorf("%s: %w", resource.CurId(), err)
		}
	}
	return nil
}

func (g *Gateway) add(object runtime.Object) error {
	g.Objects = append(g.Objects, object)
	switch o := object.(type) {
	case *corev1.ConfigMap:
		return set(&g.ConfigMap, o)
	case *networkingv1.NetworkPolicy:
		return set(&g.NetworkPolicy, o)
	case *policyv1.PodDisruptionBudget:
		return set(&g.PodDisruptionBudget, o)
	case *corev1.ServiceAccount:
		return set(&g.ServiceAccount, o)
	case *appsv1.StatefulSet:
		return set(&g.StatefulSet, o)
	case *corev1.Service:
		return set(g.service(o), o)
	case *networkingv1.Ingress:
		return set(&g.Ingress, o)
	case *rbacv1.ClusterRole:
		return set(&g.ClusterRole, o)
	case *rbacv1.ClusterRoleBinding:
		return set(&g.ClusterRoleBinding, o)
	default:
		return fmt.Errorf("not expected: %T", o)
	}
}

// service is the field that a service belongs in.
func (g *Gateway) service(s *corev1.Service) **corev1.Service {
	switch {
	case s.Spec.ClusterIP == corev1.ClusterIPNone:
		return &g.Headless
	case strings.HasSuffix(s.Name, "-page"):
		return &g.PageService
	default:
		return &g.Service
	}
}

func set[T any](field **T, object *T) error {
	if *field != nil {
		return fmt.Errorf("a second %T", object)
	}
	*field = object
	return nil
}

func (g *Gateway) complete() error {
	if g.ConfigMap == nil || g.NetworkPolicy == nil || g.PodDisruptionBudget == nil || g.ServiceAccount == nil ||
		g.StatefulSet == nil || g.Service == nil || g.Headless == nil {
		return fmt.Errorf("an object is missing: %+v", *g)
	}
	if n := len(g.StatefulSet.Spec.Template.Spec.Containers); n != 1 {
		return fmt.Errorf("%d containers", n)
	}
	return nil
}

// decoder is strict: it refuses unknown and repeated fields.
var decoder = func() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme,
		monitoringv1.AddToScheme,
	} {
		utilruntime.Must(add(scheme))
	}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
}()
