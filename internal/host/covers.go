// SPDX-License-Identifier: Apache-2.0

package host

import "strings"

// Covers tells whether a host, which may be a wildcard such as `*.example.com`, stands for
// a name. Both are in normal form.
func Covers(host, name string) bool {
	if suffix, ok := strings.CutPrefix(host, "*"); ok {
		return len(name) > len(suffix) && strings.HasSuffix(name, suffix) || name == host
	}
	return host == name
}
