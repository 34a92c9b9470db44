// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strconv"
	"strings"
)

// statuses are gRPC's status codes in the order of their numbers, as
// GRPC_STATUS(SNAKE_STRING) spells them, without the underscores.
var statuses = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALIDARGUMENT", "DEADLINEEXCEEDED", "NOTFOUND", "ALREADYEXISTS", "PERMISSIONDENIED",
	"RESOURCEEXHAUSTED", "FAILEDPRECONDITION", "ABORTED", "OUTOFRANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATALOSS", "UNAUTHENTICATED",
}

// numbers are the numbers of statuses.
var numbers = func() (n [len(statuses)]string) {
	for i := range n {
		n[i] = strconv.Itoa(i)
	}
	return n
}()

// grpcStatus is the number of a gRPC status, which Envoy writes as a number or
// as a name such as `NotFound` or `NOT_FOUND`. It is empty for any other text.
func grpcStatus(value string) string {
	if value == "" || value[0] >= '0' && value[0] <= '9' {
		return value
	}
	if strings.EqualFold(value, "canceled") {
		value = statuses[1] // the CamelCase form has one L
	}
	for i, name := range statuses {
		if isSpelled(value, name) {
			return numbers[i]
		}
	}
	return ""
}

// isSpelled compares without regard to case and underscores.
func isSpelled(value, name string) bool {
	at := 0
	for i := range len(value) {
		c := value[i]
		if c == '_' {
			continue
		}
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if at == len(name) || c != name[at] {
			return false
		}
		at++
	}
	return at == len(name)
}
