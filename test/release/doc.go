// SPDX-License-Identifier: Apache-2.0

// Package release holds what `make release` packed: that all is there for each
// program and platform, that it says of itself what it is, and that the
// checksums are right. Package image runs it.
//
// Invariant: it is tests only.
package release
