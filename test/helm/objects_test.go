// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// objects are what is applied, each under KIND NAMESPACE/NAME.
type objects map[string]runtime.Object

// add decodes the documents of a text. It fails on a field, a kind or a value
// that the types of the API do not know, and on an object that is there already.
func (o objects) add(t *testing.T, text string) {
	t.Helper()
	documents := yaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		var content any
		require.NoError(t, yaml.Unmarshal(document, &content))
		if content == nil { // a template that is turned off
			continue
		}
		object, kind, err := decoder.Decode(document, nil, nil)
		require.NoError(t, err, "%s", document)
		accessor, err := meta.Accessor(object)
		require.NoError(t, err)
		name := kind.Kind + " " + accessor.GetNamespace() + "/" + accessor.GetName()
		require.NotContains(t, o, name)
		o[name] = object
	}
}

// kustomizeObjects gives what `kubectl apply -k` applies.
func kustomizeObjects(t *testing.T, folder string) objects {
	t.Helper()
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	require.NoError(t, err)
	text, err := rendered.AsYaml()
	require.NoError(t, err)
	all := objects{}
	all.add(t, string(text))
	return all
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
