// SPDX-License-Identifier: Apache-2.0

//go:build linux

package netns_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

// roleVariable has the test binary play a program that uses a sandbox.
const roleVariable = "NETNS_ROLE"

func TestMain(m *testing.M) {
	main := m.Run
	if os.Getenv(roleVariable) != "" {
		main = hang
	}
	os.Exit(netns.Sandboxed(main))
}

// hang starts a process in a namespace and waits for its end.
func hang() int {
	ns, err := netns.New("inner")
	if err != nil {
		panic(err)
	}
	err = ns.Do(func() error {
		cmd := exec.Command("sleep", "1000")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			return err
		}
		fmt.Println("hanging")
		return cmd.Wait()
	})
	panic(err)
}

// again is this program as another user may run it, outside of any sandbox.
func again(t *testing.T, env ...string) *exec.Cmd {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	binary, err := os.Open("/proc/self/exe")
	require.NoError(t, err)
	t.Cleanup(func() { binary.Close() })
	cmd := exec.Command("/proc/self/fd/3", "-test.run=^$")
	cmd.ExtraFiles = []*os.File{binary}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "NETNS_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

func TestNamespacesAreHosts(t *testing.T) {
	a, b := newHost(t, "host-a", "10.1.0.1"), newHost(t, "host-b", "10.1.0.2")
	root := netns.Root()
	require.NoError(t, root.Run("ip", "link", "add", "wire", "type", "bridge"))
	require.NoError(t, root.Run("ip", "link", "set", "wire", "up"))
	for _, ns := range []*netns.Namespace{a, b} {
		require.NoError(t, root.Run("ip", "link", "set", ns.Name(), "master", "wire", "up"))
	}
	l, err := b.Listen(t.Context(), "10.1.0.2:80")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = fmt.Fprint(conn, conn.RemoteAddr())
			conn.Close()
		}
	}()

	conn, err := a.Dial(t.Context(), "10.1.0.2:80")
	require.NoError(t, err)
	assert.Contains(t, said(t, conn), "10.1.0.1:", "the client is the other host")
	_, err = root.Dial(t.Context(), "10.1.0.2:80")
	require.Error(t, err, "we are on neither")

	door, err := b.Forward(t.Context(), "10.1.0.2:80")
	require.NoError(t, err)
	conn, err = net.Dial("tcp", door)
	require.NoError(t, err)
	assert.Contains(t, said(t, conn), "10.1.0.2:", "the door leads into the host")
}

func newHost(t *testing.T, name, ip string) *netns.Namespace {
	t.Helper()
	ns, err := netns.New(name)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, ns.Close()) })
	require.NoError(t, netns.Root().Run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", ns.Path()))
	require.NoError(t, ns.Run("ip", "addr", "add", ip+"/16", "dev", "eth0"))
	require.NoError(t, ns.Run("ip", "link", "set", "eth0", "up"))
	return ns
}

func said(t *testing.T, conn net.Conn) string {
	t.Helper()
	defer conn.Close()
	b, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(b)
}

func TestRunSaysWhatWentWrong(t *testing.T) {
	err := netns.Root().Run("ip", "link", "set", "nothing", "up")
	require.ErrorContains(t, err, "root: ip link set nothing up: exit status 1")
	require.ErrorContains(t, err, "Cannot find device")
}

// TestKilled leaves nothing behind: what the sandbox wrote to ends when all its
// processes have.
func TestKilled(t *testing.T) {
	cmd := again(t, roleVariable+"=hang")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ready := make([]byte, len("hanging\n"))
	_, err = io.ReadFull(out, ready)
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Kill())
	ended := make(chan error, 1)
	go func() {
		_, err := io.ReadAll(out)
		ended <- err
	}()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(30 * time.Second):
		t.Fatal("a process of the sandbox lives on")
	}
	require.Error(t, cmd.Wait())
}

func TestNeedsRoot(t *testing.T) {
	cmd := again(t)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	require.ErrorContains(t, err, "exit status 1")
	assert.Contains(t, string(out), "need root")
}
