package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/stretchr/testify/require"
)

// build runs the steps of the Dockerfile. It gives the folder that is the
// image's /, and what the image says of itself.
func build(t *testing.T, arguments variables) (folder string, s settings) {
	stages, declared := parse(t, arguments)
	sent := context(t)
	folders := map[string]string{}
	for i, stage := range stages {
		folder = t.TempDir()
		folders[stage.Name] = folder
		b := builder{t: t, folder: folder, folders: folders, sent: sent, variables: declared[i], workdir: "/"}
		for _, command := range stage.Commands {
			b.step(command)
		}
		s = settingsOf(t, stage)
	}
	return folder, s
}

// builder builds a stage.
type builder struct {
	t       *testing.T
	folder  string
	folders map[string]string // of all stages, by name
	sent    []string
	variables
	workdir string
}

func (b *builder) step(command instructions.Command) {
	switch c := command.(type) {
	case *instructions.WorkdirCommand:
		b.workdir = c.Path
	case *instructions.CopyCommand:
		b.copy(c)
	case *instructions.RunCommand:
		b.run(c)
	case *instructions.ArgCommand, *instructions.EnvCommand, *instructions.LabelCommand, *instructions.UserCommand,
		*instructions.ExposeCommand, *instructions.EntrypointCommand, *instructions.CmdCommand: // see parse and settingsOf
	default:
		require.Fail(b.t, "no such step", "%s", command)
	}
}

// path is where a path of the stage is on this machine.
func (b *builder) path(name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(b.workdir, name)
	}
	return filepath.Join(b.folder, name)
}

func (b *builder) copy(c *instructions.CopyCommand) {
	into := strings.HasSuffix(c.DestPath, "/") || len(c.SourcePaths) > 1 || c.DestPath == "."
	for _, source := range c.SourcePaths {
		if c.From != "" {
			b.file(b.made(c.From, source), b.path(c.DestPath), c.Chmod)
			continue
		}
		files := below(b.sent, source)
		require.NotEmpty(b.t, files, "%s: nothing is sent of %s", c, source)
		for _, file := range files {
			to := b.path(c.DestPath)
			if name, err := filepath.Rel(filepath.Clean(source), file); name != "." { // the source is a folder
				require.NoError(b.t, err)
				to = filepath.Join(to, name)
			} else if into {
				to = filepath.Join(to, filepath.Base(file))
			}
			b.file(filepath.Join(root, file), to, c.Chmod)
		}
	}
}

// made is a file of another stage: one that its steps made, or one of its base
// image, for which this machine's stands in.
func (b *builder) made(stage, name string) string {
	require.Contains(b.t, b.folders, stage)
	path := filepath.Join(b.folders[stage], name)
	if _, err := os.Stat(path); err != nil {
		require.True(b.t, strings.HasPrefix(name, "/etc/"), "%s: no step makes %s", stage, name)
		return name
	}
	return path
}

func (b *builder) file(from, to, chmod string) {
	info, err := os.Stat(from)
	require.NoError(b.t, err)
	mode := info.Mode().Perm()
	if chmod != "" {
		bits, err := strconv.ParseUint(chmod, 8, 32)
		require.NoError(b.t, err)
		mode = os.FileMode(bits)
	}
	data, err := os.ReadFile(from)
	require.NoError(b.t, err)
	require.NoError(b.t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(b.t, os.WriteFile(to, data, mode))
	require.NoError(b.t, os.Chmod(to, mode), "whatever the umask is")
	require.NoError(b.t, os.Chtimes(to, info.ModTime(), info.ModTime()))
}

// run runs a step with this machine's tools and warm caches.
func (b *builder) run(c *instructions.RunCommand) {
	require.True(b.t, c.PrependShell)
	step := exec.CommandContext(b.t.Context(), "/bin/sh", "-c", strings.Join(c.CmdLine, " "))
	step.Dir = b.path(".")
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); !strings.HasPrefix(name, "MAKE") && name != "MFLAGS" { // of a make around this test
			step.Env = append(step.Env, v)
		}
	}
	for name, value := range b.variables {
		step.Env = append(step.Env, name+"="+value)
	}
	said, err := step.CombinedOutput()
	require.NoError(b.t, err, "%s\n%s", c, said)
}
