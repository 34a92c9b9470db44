// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"os/exec"
	"syscall"
)

// endWithParent has the kernel end the child if this process is killed. A Ctrl-C reaches
// this process only, which then ends its children in the right order.
func endWithParent(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
