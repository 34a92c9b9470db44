package image

import (
	"os"
	"regexp"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../"

// variables are the ones that can stand in a Dockerfile; nil means undeclared.
type variables map[string]string

func (v variables) expand(word string) (string, error) {
	var list []string
	for name, value := range v {
		list = append(list, name+"="+value)
	}
	expanded, _, err := shell.NewLex(parser.DefaultEscapeToken).ProcessWord(word, shell.EnvsFromSlice(list))
	return expanded, err
}

// declare is what ARG does: a build argument wins over the default.
func (v variables) declare(c *instructions.ArgCommand, arguments variables) {
	for _, arg := range c.Args {
		value := arguments[arg.Key]
		if _, given := arguments[arg.Key]; !given && arg.Value != nil {
			value = *arg.Value
		}
		v[arg.Key] = value
	}
}

// parse gives the stages of the Dockerfile with all variables expanded, and
// those that each stage has declared in the end. A warning of BuildKit's linter
// fails the test.
func parse(t *testing.T, arguments variables) (stages []instructions.Stage, declared []variables) {
	f, err := os.Open(root + "Dockerfile")
	require.NoError(t, err)
	defer f.Close()
	result, err := parser.Parse(f)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)
	warn := func(rule, _, _, message string, _ []parser.Range) { assert.Fail(t, message, rule) }
	stages, meta, err := instructions.Parse(result.AST, linter.New(&linter.Config{Warn: warn}))
	require.NoError(t, err)

	global := variables{"BUILDPLATFORM": "linux/amd64"}
	for i := range meta {
		global.declare(&meta[i], arguments)
	}
	for i := range stages {
		stages[i].BaseName, err = global.expand(stages[i].BaseName)
		require.NoError(t, err)
		own := variables{}
		for _, command := range stages[i].Commands {
			if c, ok := command.(instructions.SupportsSingleWordExpansion); ok {
				require.NoError(t, c.Expand(own.expand))
			}
			if c, ok := command.(*instructions.ArgCommand); ok {
				own.declare(c, arguments)
			}
		}
		declared = append(declared, own)
	}
	return stages, declared
}

// settings are what the last stage says of the image.
type settings struct {
	user             string
	exposed          []string
	labels           map[string]string
	env              []string
	entrypoint, args []string
}

func settingsOf(t *testing.T, stage instructions.Stage) settings {
	s := settings{labels: map[string]string{}}
	for _, command := range stage.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			s.user = c.User
		case *instructions.ExposeCommand:
			s.exposed = append(s.exposed, c.Ports...)
		case *instructions.LabelCommand:
			for _, label := range c.Labels {
				s.labels[label.Key] = label.Value
			}
		case *instructions.EnvCommand:
			for _, v := range c.Env {
				s.env = append(s.env, v.Key+"="+v.Value)
			}
		case *instructions.EntrypointCommand:
			assert.False(t, c.PrependShell, "there is no shell")
			s.entrypoint = c.CmdLine
		case *instructions.CmdCommand:
			assert.False(t, c.PrependShell, "there is no shell")
			s.args = c.CmdLine
		}
	}
	return s
}

// TestBases holds the base images: Go in the version of go.mod, and nothing.
func TestBases(t *testing.T) {
	stages, _ := parse(t, nil)
	require.Len(t, stages, 2)
	mod, err := os.ReadFile(root + "go.mod")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	require.NotNil(t, version)
	assert.Equal(t, "golang:"+string(version[1]), stages[0].BaseName)
	assert.Equal(t, "scratch", stages[1].BaseName)
}
