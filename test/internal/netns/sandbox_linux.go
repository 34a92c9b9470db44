// SPDX-License-Identifier: Apache-2.0

package netns

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

// tempVariable names the directory of the sandbox, and tells the second run that
// it is the second.
const tempVariable = "NETNS_SANDBOX"

// Sandboxed runs the program's main function in a sandbox and gives its exit
// code. It needs root, and says so.
func Sandboxed(main func() int) int {
	var code int
	var err error
	if temp := os.Getenv(tempVariable); temp == "" {
		code, err = runInside()
	} else if err = prepare(temp); err == nil {
		code = main()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// runInside runs this program again, as the first process of its sandbox: when
// that ends, the kernel ends all others and takes the network away.
func runInside() (int, error) {
	if os.Geteuid() != 0 {
		return 0, errors.New("network namespaces and iptables need root, and this runs as another user: use `sudo`")
	}
	temp, err := os.MkdirTemp("", "sandbox")
	if err != nil {
		return 0, err
	}
	defer os.Remove(temp) // empty for everybody but the sandbox
	// The kernel ends the child if the thread ends that started it.
	runtime.LockOSThread()
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), tempVariable+"="+temp, "TMPDIR="+temp)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err = cmd.Start(); err != nil {
		return 0, fmt.Errorf("this machine lets nobody make network namespaces, not even root: %w", err)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range signals {
			_ = cmd.Process.Kill()
		}
	}()
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}

// prepare makes the sandbox a place to live in. What is written to its directory
// for temporary files is gone with it, too.
func prepare(temp string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts to ourselves: %w", err)
	}
	if err := syscall.Mount("tmpfs", temp, "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("mount %s: %w", temp, err)
	}
	// That of the sandbox's own processes and network, which may be written.
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return Root().Run("ip", "link", "set", "lo", "up")
}
