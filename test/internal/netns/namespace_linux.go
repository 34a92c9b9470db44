// SPDX-License-Identifier: Apache-2.0

package netns

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Namespace is a network of its own. Its methods may be called from any
// goroutine.
type Namespace struct {
	name string
	file *os.File // nil: the sandbox's own
}

// Root is the namespace that the program itself is in.
func Root() *Namespace { return &Namespace{name: "root"} }

// New makes a namespace with nothing in it but a loopback interface. It lives
// until Close and as long as a process or socket is in it.
func New(name string) (*Namespace, error) {
	n := &Namespace{name: name}
	made := make(chan error)
	go func() {
		// The thread is not unlocked, so it ends with the goroutine: nobody else is to run in there.
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			made <- fmt.Errorf("make network namespace %s: %w", name, err)
			return
		}
		var err error
		n.file, err = os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
		made <- err
	}()
	if err := <-made; err != nil {
		return nil, err
	}
	return n, n.Run("ip", "link", "set", "lo", "up")
}

// Name that it was made with.
func (n *Namespace) Name() string { return n.name }

// Close lets go of it.
func (n *Namespace) Close() error { return n.file.Close() }

// Path names it for commands such as `ip link set ... netns PATH`.
func (n *Namespace) Path() string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd())
}

// Do runs a function on a thread that is in the namespace. What the function
// opens or starts there stays there.
func (n *Namespace) Do(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // see New
		err := n.Enter()
		if err == nil {
			err = f()
		}
		done <- err
	}()
	return <-done
}

// Enter moves the calling thread into the namespace, for good: the caller has
// locked it and does not unlock it.
func (n *Namespace) Enter() error {
	if n.file == nil {
		return nil
	}
	if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter network namespace %s: %w", n.name, err)
	}
	return nil
}

// Run runs a command in the namespace; what it says is part of the error.
func (n *Namespace) Run(command string, args ...string) error {
	return n.Do(func() error {
		out, err := exec.Command(command, args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %s %s: %w\n%s", n.name, command, strings.Join(args, " "), err, out)
		}
		return nil
	})
}

// Dial connects from within the namespace to an IP address and port.
func (n *Namespace) Dial(ctx context.Context, address string) (conn net.Conn, err error) {
	err = n.Do(func() error {
		conn, err = new(net.Dialer).DialContext(ctx, "tcp", address)
		return err
	})
	return conn, err
}

// Listen takes connections within the namespace, at an IP address and port.
func (n *Namespace) Listen(ctx context.Context, address string) (l net.Listener, err error) {
	err = n.Do(func() error {
		l, err = new(net.ListenConfig).Listen(ctx, "tcp", address)
		return err
	})
	return l, err
}

// ListenPacket takes UDP within the namespace, at an IP address and port.
func (n *Namespace) ListenPacket(ctx context.Context, address string) (c net.PacketConn, err error) {
	err = n.Do(func() error {
		c, err = new(net.ListenConfig).ListenPacket(ctx, "udp", address)
		return err
	})
	return c, err
}
