// SPDX-License-Identifier: Apache-2.0

package proc

import "net"

// FreePorts finds n different TCP ports on 127.0.0.1 that nobody listens on.
// Another program may take one before the caller does; so ask for all ports
// at once, and let a program that can (--listen 127.0.0.1:0) choose for itself.
func FreePorts(n int) ([]int, error) {
	ports := make([]int, 0, n)
	for range n {
		// Each listener stays open until all ports are known: no port twice.
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
