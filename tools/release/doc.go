// SPDX-License-Identifier: Apache-2.0

// Command release packs programs that `make release` has built: an archive and
// a bill of materials for each program and platform, an image for all platforms
// of a program, and checksums of all of them.
//
// The same programs, files and flags give the same bytes: names are sorted, and
// the only time is that of the commit.
package main
