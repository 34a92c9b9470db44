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

// enter writes a script that runs the image's program as a container engine
// would: the image is its /, which is read-only, and it has no rights. Whoever
// is not root does that in a user namespace, where the user has the same number
// but is, seen from outside, the one who runs the test.
//
// The volumes that the pod writes to are empty and belong to its user.
func enter(t *testing.T, image string, uid int, s settings, g *manifests.Gateway) (script string) {
	script = filepath.Join(t.TempDir(), "enter")
	text := fmt.Sprintf(`#!/bin/sh
set -e
mount --bind %[1]q %[1]q
mount -o remount,bind,ro %[1]q
cd /
`, image)
	var volumes strings.Builder
	for _, mount := range g.Container().VolumeMounts {
		if mount.ReadOnly {
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Join(image, mount.MountPath), 0o755))
		fmt.Fprintf(&volumes, "mount -t tmpfs -o mode=0777 tmpfs %q\n", filepath.Join(image, mount.MountPath))
	}
	text += volumes.String()
	program := strings.Join(s.entrypoint, " ")
	env := "env " + strings.Join(s.env, " ")
	unshare := "unshare --mount"
	if os.Geteuid() == 0 {
		text += fmt.Sprintf(`exec %s chroot --userspec=%d:%[2]d --groups= %q %s "$@"`, env, uid, image, program)
	} else {
		unshare = "unshare --user --map-root-user --mount"
		text += fmt.Sprintf(`exec %s unshare --user --map-user=%d --map-group=%[2]d --root=%q %s "$@"`, env, uid, image, program)
	}
	inner := script + ".inner"
	require.NoError(t, os.WriteFile(inner, []byte(text+"\n"), 0o700))
	require.NoError(t, os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec %s %q \"$@\"\n", unshare, inner), 0o700))
	return script
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
