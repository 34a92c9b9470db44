// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"crypto/tls"
	"maps"
	"slices"
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
)

// enum holds the names of a protobuf enum by number: looking them up in a
// message's descriptor is slow.
type enum []string

var (
	accessLogTypes = enumOf(accesslogv3.AccessLogType_name)
	methods        = enumOf(corev3.RequestMethod_name)
)

func enumOf(names map[int32]string) enum {
	e := make(enum, slices.Max(slices.Collect(maps.Keys(names)))+1)
	for number, name := range names {
		e[number] = name
	}
	return e
}

// name of a number. One that this package does not know is written as a number.
func (e enum) name(number int32) string {
	if name := e.known(number); name != "" {
		return name
	}
	return strconv.Itoa(int(number))
}

// known is the name of a number, empty if there is none.
func (e enum) known(number int32) string {
	if number < 0 || int(number) >= len(e) {
		return ""
	}
	return e[number]
}

// cipherSuites are the names that package tls knows: it makes a list of them each
// time that it is asked.
var cipherSuites = func() map[uint16]string {
	names := map[uint16]string{}
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		names[suite.ID] = suite.Name
	}
	return names
}()

// cipherSuite is the name of a suite, or its number in hexadecimal digits.
func cipherSuite(id uint16) string {
	if name, ok := cipherSuites[id]; ok {
		return name
	}
	return tls.CipherSuiteName(id)
}
