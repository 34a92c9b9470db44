// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

type side int

const (
	ofHelm side = iota
	ofKustomize
)

// difference is one that is meant. remove takes it out of an object of its side,
// and tells whether it was there.
type difference struct {
	what   string
	side   side
	remove func(object map[string]any) bool
}

var differences = []difference{
	{
		what: "Helm's usual labels are on all objects, and the name of the release selects the pods",
		side: ofHelm,
		remove: func(object map[string]any) bool {
			return removeKeys(object, "app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "helm.sh/chart")
		},
	},
	{
		what: "a ConfigMap that kustomize makes has no label with the name of the program",
		side: ofHelm,
		remove: func(object map[string]any) bool {
			return object["kind"] == "ConfigMap" && removeKeys(object, "app.kubernetes.io/name")
		},
	},
	{
		what:   "an annotation starts the pods anew after a change of the configuration",
		side:   ofHelm,
		remove: func(object map[string]any) bool { return removeKeys(object, "checksum/config") },
	},
	{
		what:   "with kustomize the name of the ConfigMap does that",
		side:   ofKustomize,
		remove: func(object map[string]any) bool { return renameConfigMap(object, hash, "") },
	},
	{
		what:   "the ConfigMap of Collectors on each node has their name, so that they fit beside a gateway",
		side:   ofHelm,
		remove: func(object map[string]any) bool { return renameConfigMap(object, nodeSuffix, "") },
	},
	{
		what:   "the role and its binding have the namespace in their names, so that releases in two namespaces fit in one cluster",
		side:   ofHelm,
		remove: renameRole,
	},
}

var (
	hash        = regexp.MustCompile(`-[a-z0-9]{10}$`)
	nodeSuffix  = regexp.MustCompile(`-node$`)
	ofNamespace = regexp.MustCompile(`:.*$`)
)

// removeKeys removes keys from all maps below a value, and maps that are empty then.
func removeKeys(value any, keys ...string) (removed bool) {
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			gone := slices.Contains(keys, key)
			if !gone && removeKeys(below, keys...) {
				removed = true
				m, ok := below.(map[string]any)
				gone = ok && len(m) == 0
			}
			if gone {
				delete(v, key)
				removed = true
			}
		}
	case []any:
		for _, below := range v {
			removed = removeKeys(below, keys...) || removed
		}
	}
	return removed
}

// renameConfigMap changes the name of the ConfigMap of the configuration, and where
// the pods name it.
func renameConfigMap(object map[string]any, from *regexp.Regexp, to string) bool {
	if object["kind"] == "ConfigMap" {
		return rename(object["metadata"].(map[string]any), from, to)
	}
	renamed := false
	for _, volume := range list(pod(object)["volumes"]) {
		if source, ok := volume["configMap"].(map[string]any); ok {
			renamed = rename(source, from, to) || renamed
		}
	}
	return renamed
}

// renameRole takes the namespace out of the name of a role, and where a binding
// names it.
func renameRole(object map[string]any) bool {
	renamed := false
	switch object["kind"] {
	case "ClusterRoleBinding":
		renamed = rename(object["roleRef"].(map[string]any), ofNamespace, "")
		fallthrough
	case "ClusterRole":
		renamed = rename(object["metadata"].(map[string]any), ofNamespace, "") || renamed
	}
	return renamed
}

func rename(named map[string]any, from *regexp.Regexp, to string) bool {
	name := named["name"].(string)
	if strings.HasSuffix(name, "-dashboards") {
		return false
	}
	named["name"] = from.ReplaceAllString(name, to)
	return named["name"] != name
}

// sortByName sorts variables, ports, mounts and volumes. Their order means nothing,
// as no variable refers to another, and a patch puts new ones first.
func sortByName(object map[string]any) {
	spec := pod(object)
	lists := []any{spec["volumes"]}
	for _, container := range list(spec["containers"]) {
		lists = append(lists, container["env"], container["ports"], container["volumeMounts"])
	}
	for _, l := range lists {
		named, _ := l.([]any)
		slices.SortFunc(named, func(a, b any) int {
			return cmp.Compare(a.(map[string]any)["name"].(string), b.(map[string]any)["name"].(string))
		})
	}
}

// pod is what a controller says of its pods. It is nil in other objects.
func pod(object map[string]any) map[string]any {
	spec, _ := object["spec"].(map[string]any)
	template, _ := spec["template"].(map[string]any)
	pod, _ := template["spec"].(map[string]any)
	return pod
}

func list(value any) (maps []map[string]any) {
	values, _ := value.([]any)
	for _, v := range values {
		maps = append(maps, v.(map[string]any))
	}
	return maps
}
