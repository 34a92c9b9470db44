// SPDX-License-Identifier: Apache-2.0

//go:build unix

package connlimit

import "syscall"

// openFiles is how many files the process may open. 0 is unknown.
func openFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return uint64(limit.Cur) //nolint:unconvert // some systems have a signed limit
}
