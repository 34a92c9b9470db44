// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
)

// Ports that FreePorts gives out. The kernel takes none of them for whoever asks for any
// port: on Linux its own begin at 32768, elsewhere at 49152.
const (
	firstPort = 11000
	numPorts  = 32768 - firstPort
)

// nextPort begins somewhere, because tests of other programs may run at the same time.
var nextPort = func() *atomic.Uint32 {
	var next atomic.Uint32
	next.Store(rand.Uint32N(numPorts))
	return &next
}()

// FreePorts finds n different TCP ports that nobody listens on, on any address. It gives
// this program none of them again before all others. Another program may take one before
// the caller does, so let a program that can (--listen 127.0.0.1:0) choose for itself.
func FreePorts(n int) ([]int, error) {
	ports := make([]int, 0, n)
	for range numPorts {
		if len(ports) == n {
			return ports, nil
		}
		port := firstPort + int(nextPort.Add(1)%numPorts)
		if l, err := net.Listen("tcp", ":"+strconv.Itoa(port)); err == nil {
			l.Close()
			ports = append(ports, port)
		}
	}
	return nil, fmt.Errorf("%d free ports were asked for, and there are %d", n, len(ports))
}
