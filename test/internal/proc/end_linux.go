// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"os/exec"
	"syscall"
)

// endWithParent has the kernel end the child if this process is killed.
func endWithParent(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
