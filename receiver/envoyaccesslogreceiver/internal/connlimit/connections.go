// SPDX-License-Identifier: Apache-2.0

package connlimit

const (
	mostConnections  = 4096
	leastConnections = 8
	// reservedFiles are for what else the process opens: listeners, the health
	// check, exporters, the queue on disk.
	reservedFiles = 64
)

// DefaultMaxConnections is three quarters of the files that the process may open
// beyond a reserve of 64, and at most 4096. With "ulimit -n 256" that is 144.
func DefaultMaxConnections() int { return maxConnections(openFiles()) }

func maxConnections(files uint64) int {
	if files == 0 || files/4*3 >= mostConnections+reservedFiles {
		return mostConnections
	}
	if files <= reservedFiles {
		return leastConnections
	}
	return int(min(mostConnections, max(leastConnections, (files-reservedFiles)/4*3)))
}
