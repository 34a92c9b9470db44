// SPDX-License-Identifier: Apache-2.0

//go:build !race

package envoyaccesslogreceiver

// manyStreams is how many streams one test opens at once.
const manyStreams = 10_000
