// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

const mountPath = "/etc/otelcol-istio/"

// The gateway takes the configuration of each setting without a word.
func TestValidate(t *testing.T) {
	eachSetting(t, func(t *testing.T, _ string, r release, values map[string]any) {
		output, err := validate(t, helmObjects(t, r, values))
		require.NoError(t, err, output)
		assert.Empty(t, output)
	})
}

// The gateway gets the variables: it refuses a wrong one.
func TestValidateRefuses(t *testing.T) {
	output, err := validate(t, helmObjects(t, usual, readValues(t, "extraEnv: [{name: FLUSH_INTERVAL, value: 15sec}]")))
	require.Error(t, err)
	assert.Contains(t, output, "flush_interval")
}

// Each variable that is set is one that a file of the configuration reads. Others
// would do nothing.
func TestVariablesAreRead(t *testing.T) {
	eachSetting(t, func(t *testing.T, _ string, r release, values map[string]any) {
		configMap, c := configuration(t, helmObjects(t, r, values))
		var text strings.Builder
		for _, file := range files(c) {
			text.WriteString(configMap.Data[file])
		}
		for name := range environment(c) {
			assert.Contains(t, text.String(), "${env:"+name+":-")
		}
	})
}

// validate runs the command `validate` of the program that the container runs,
// with its files and variables.
func validate(t *testing.T, all objects) (output string, err error) {
	t.Helper()
	configMap, c := configuration(t, all)
	folder := t.TempDir()
	for name, text := range configMap.Data {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	args := []string{"validate"}
	for _, file := range files(c) {
		args = append(args, "--config="+filepath.Join(folder, file))
	}
	command := exec.CommandContext(t.Context(), program(c.Image), args...)
	for name, value := range environment(c) {
		command.Env = append(command.Env, name+"="+value)
	}
	text, err := command.CombinedOutput()
	return string(text), err
}

// configuration gives the files of a release, and the container that runs them.
func configuration(t *testing.T, all objects) (*corev1.ConfigMap, corev1.Container) {
	t.Helper()
	var configMap *corev1.ConfigMap
	var pod *corev1.PodSpec
	for _, object := range all {
		switch o := object.(type) {
		case *corev1.ConfigMap:
			if _, ok := o.Data["gateway.yaml"]; ok {
				configMap = o
			}
		case *appsv1.StatefulSet:
			pod = &o.Spec.Template.Spec
		case *appsv1.DaemonSet:
			pod = &o.Spec.Template.Spec
		}
	}
	require.NotNil(t, configMap)
	require.NotNil(t, pod)
	require.Len(t, pod.Containers, 1)
	return configMap, pod.Containers[0]
}

// files are those of the ConfigMap that a container merges, in their order.
func files(c corev1.Container) (files []string) {
	for _, arg := range c.Args {
		files = append(files, strings.TrimPrefix(arg, "--config="+mountPath))
	}
	return files
}

// environment are the variables of a container. What a field of the pod tells has
// the name of that field here.
func environment(c corev1.Container) map[string]string {
	variables := map[string]string{}
	for _, v := range c.Env {
		variables[v.Name] = v.Value
		if v.ValueFrom != nil {
			variables[v.Name] = v.ValueFrom.FieldRef.FieldPath
		}
	}
	return variables
}

// program is the one of an image: where the Makefile puts it, or what a variable
// says.
func program(image string) string {
	variable, path := "OTELCOL_ISTIO_BIN", root+"_build/otelcol-istio"
	if strings.Contains(image, "otelcol-istio-kubernetes:") {
		variable, path = "OTELCOL_ISTIO_KUBERNETES_BIN", root+"_build/otelcol-istio-kubernetes"
	}
	if set := os.Getenv(variable); set != "" {
		return set
	}
	return path
}
