package netns

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// insideVariable tells the second run that it is the second.
const insideVariable = "NETNS_SANDBOX"

// Sandboxed runs the program's main function in a sandbox and gives its exit
// code. It needs root, and says so.
func Sandboxed(main func() int) int {
	var code int
	var err error
	if os.Getenv(insideVariable) == "" {
		code, err = runInside()
	} else if err = prepare(); err == nil {
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
	// The kernel ends the child if the thread ends that started it.
	runtime.LockOSThread()
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	err := cmd.Start()
	if err != nil {
		return 0, fmt.Errorf("this machine lets nobody make network namespaces, not even root: %w", err)
	}
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}

// prepare makes the sandbox a place to live in.
func prepare() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts to ourselves: %w", err)
	}
	// That of the sandbox's own processes and network, which may be written.
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return Root().Run("ip", "link", "set", "lo", "up")
}
