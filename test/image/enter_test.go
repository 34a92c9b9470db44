// SPDX-License-Identifier: Apache-2.0

package image

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

// volumes are mounted into an image: a folder of this machine, read-only, or
// nothing for an empty one that anybody may write.
type volumes map[string]string

// enter writes a script that runs the image's program as a container engine
// would: the image is its /, which is read-only, it has no rights, and it is the
// user that the image says. Whoever is not root does that in a user namespace,
// where the user has the same number but is, seen from outside, the one who runs
// the test.
func enter(t *testing.T, i image, v volumes) (script string) {
	namespaces(t)
	script = filepath.Join(t.TempDir(), "enter")
	var text strings.Builder
	fmt.Fprintf(&text, "#!/bin/sh\nset -e\nmount --bind %[1]q %[1]q\nmount -o remount,bind,ro %[1]q\ncd /\n", i.folder)
	for path, from := range v {
		to := filepath.Join(i.folder, path)
		require.NoError(t, os.MkdirAll(to, 0o755))
		if from == "" {
			fmt.Fprintf(&text, "mount -t tmpfs -o mode=0777 tmpfs %q\n", to)
		} else {
			fmt.Fprintf(&text, "mount --bind %q %[2]q\nmount -o remount,bind,ro %[2]q\n", from, to)
		}
	}
	program := strings.Join(i.Config.Entrypoint, " ")
	env := "env " + strings.Join(i.Config.Env, " ")
	unshare := "unshare --mount"
	if os.Geteuid() == 0 {
		fmt.Fprintf(&text, `exec %s chroot --userspec=%s --groups= %q %s "$@"`, env, i.Config.User, i.folder, program)
	} else {
		unshare = userNamespace
		user, group, _ := strings.Cut(i.Config.User, ":")
		fmt.Fprintf(&text, `exec %s unshare --user --map-user=%s --map-group=%s --root=%q %s "$@"`, env, user, group, i.folder, program)
	}
	inner := script + ".inner"
	require.NoError(t, os.WriteFile(inner, []byte(text.String()+"\n"), 0o700))
	require.NoError(t, os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec %s %q \"$@\"\n", unshare, inner), 0o700))
	return script
}

const userNamespace = "unshare --user --map-root-user --mount"

// namespaces fails the test where none can be made: without them nothing here
// would be shown.
func namespaces(t *testing.T) {
	command := []string{"unshare", "--mount", "true"}
	if os.Geteuid() != 0 {
		command = append(strings.Fields(userNamespace), "true")
	}
	said, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	require.NoError(t, err, "an image is run in a mount namespace, which this machine does not let be made: run this as root, "+
		"in a container with CAP_SYS_ADMIN\n%s", said)
}

// podVolumes are those that the pod writes to.
func podVolumes(g *manifests.Gateway) volumes {
	v := volumes{}
	for _, mount := range g.Container().VolumeMounts {
		if !mount.ReadOnly {
			v[mount.MountPath] = ""
		}
	}
	return v
}

// validates has the program in the image check the configuration of the pod,
// with its variables.
func validates(t *testing.T, program string, g *manifests.Gateway) {
	c := exec.CommandContext(t.Context(), program, append([]string{"validate"}, g.Container().Args...)...)
	c.Env = os.Environ()
	for name, value := range g.Env() {
		c.Env = append(c.Env, name+"="+value)
	}
	said, err := c.CombinedOutput()
	assert.NoError(t, err, "%s", said)
}
