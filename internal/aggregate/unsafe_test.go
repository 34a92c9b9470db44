// SPDX-License-Identifier: Apache-2.0

package aggregate

import "unsafe"

// unsafeString is a string that changes with its bytes, as one that points into
// a buffer which is used again does.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
