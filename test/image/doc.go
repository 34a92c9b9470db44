// SPDX-License-Identifier: Apache-2.0

// Package image runs the images that `make images` or `make release` packs,
// without a container engine. An image is unpacked and becomes the / of its
// program, which cannot write it and is the user of the pod.
//
// Invariant: it is tests only. An image is read by code of its own, not by that
// which packed it.
package image
