//go:build !unix

package connlimit

func openFiles() uint64 { return 0 }
