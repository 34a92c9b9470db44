// SPDX-License-Identifier: Apache-2.0

//go:build race

package envoyaccesslogreceiver

// manyStreams is less where the race detector makes each several times as dear.
const manyStreams = 1_000
