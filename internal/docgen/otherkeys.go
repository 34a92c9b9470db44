// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
)

// others are structs of the Collector that our components embed, with the
// Collector's own defaults.
var others = map[reflect.Type]any{
	reflect.TypeFor[configgrpc.ServerConfig]():   ptr(configgrpc.NewDefaultServerConfig()),
	reflect.TypeFor[confighttp.ServerConfig]():   ptr(confighttp.NewDefaultServerConfig()),
	reflect.TypeFor[confighttp.ClientConfig]():   ptr(confighttp.NewDefaultClientConfig()),
	reflect.TypeFor[configretry.BackOffConfig](): ptr(configretry.NewDefaultBackOffConfig()),
}

func ptr[T any](v T) *T { return &v }

func isOther(t reflect.Type) bool {
	_, ok := others[t]
	return ok
}

// otherKeys shows that all keys of the Collector's struct are there, and those
// whose default is not the Collector's.
func (w *walker) otherKeys(name, below string, v reflect.Value, said string) error {
	pkg := path.Base(v.Type().PkgPath())
	link := fmt.Sprintf("[%s](https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/%s)", pkg, pkg)
	at := len(w.keys)
	w.keys = append(w.keys, key{name, "", strings.TrimSpace(said + " Has all keys of " + link + ".")})
	ours, theirs := confmap.New(), confmap.New()
	set := reflect.New(v.Type())
	set.Elem().Set(v)
	if err := ours.Marshal(set.Interface()); err != nil {
		return err
	}
	if err := theirs.Marshal(others[v.Type()]); err != nil {
		return err
	}
	keys := ours.AllKeys()
	slices.Sort(keys)
	for _, k := range keys {
		if got := ours.Get(k); got != nil && !reflect.DeepEqual(got, theirs.Get(k)) {
			w.keys = append(w.keys, key{below + k, fmt.Sprint(got), ""})
		}
	}
	if len(w.keys) > at+1 {
		w.keys[at].meaning += " These have another default than there:"
	}
	return nil
}
