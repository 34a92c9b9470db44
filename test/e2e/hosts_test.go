// SPDX-License-Identifier: Apache-2.0

//go:build linux

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// withHosts gives a program a file /etc/hosts of its own, in which a name has several
// addresses. It needs a user namespace, which any user may make on most machines.
func withHosts(t *testing.T, name string, addresses []string) func(*exec.Cmd) error {
	t.Helper()
	lines := fmt.Sprintf("127.0.0.1 localhost\n%s %s\n", strings.Join(addresses, " "+name+"\n"), name)
	hosts := filepath.Join(t.TempDir(), "hosts")
	require.NoError(t, os.WriteFile(hosts, []byte(lines), 0o600))
	return func(c *exec.Cmd) error {
		shell, err := exec.LookPath("sh")
		if err != nil {
			return err
		}
		c.Args = append([]string{"sh", "-c", `mount --bind "$0" /etc/hosts && exec "$@"`, hosts, c.Path}, c.Args[1:]...)
		c.Path = shell
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
		return nil
	}
}
