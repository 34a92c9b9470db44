// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"reflect"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// fresh is the value that an entry has if it sets nothing.
func fresh(t reflect.Type) reflect.Value {
	v := reflect.New(t)
	if u, ok := v.Interface().(confmap.Unmarshaler); ok {
		_ = u.Unmarshal(confmap.New()) // sets defaults; there is nothing to refuse
	}
	return v.Elem()
}

// hasKeys tells whether a type is a struct of configuration keys.
func hasKeys(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if _, ok := t.Field(i).Tag.Lookup("mapstructure"); ok {
			return true
		}
	}
	return false
}

// present takes the value out of a configoptional.Optional. set is false if there
// is none.
func present(v reflect.Value) (value reflect.Value, set bool) {
	if !strings.HasPrefix(v.Type().Name(), "Optional[") {
		return v, true
	}
	copied := reflect.New(v.Type())
	copied.Elem().Set(v)
	value = copied.MethodByName("Get").Call(nil)[0]
	if value.IsNil() {
		return value, false
	}
	return value.Elem(), true
}

// show writes a default as it would stand in a file.
func show(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		items := make([]string, 0, v.Len())
		for i := range v.Len() {
			items = append(items, show(v.Index(i)))
		}
		if len(items) == 0 {
			return ""
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map, reflect.Pointer:
		if v.IsNil() || v.Kind() == reflect.Map && v.Len() == 0 {
			return ""
		}
	default:
	}
	return fmt.Sprint(v.Interface())
}
