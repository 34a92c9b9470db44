// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// The exit codes.
const (
	exitWell = iota
	exitDiffers
	exitError
)

const usage = `Usage: egressctl COMMAND [FLAGS]

suggest  write Istio resources for the traffic
diff     compare resources with what the traffic needs
whatif   tell what resources would do to the traffic

egressctl COMMAND -h lists the flags.

Exit codes: 0 all is well, 1 the resources do not fit the traffic, 2 that could
not be told.
`

// command is one of those above.
type command struct {
	out, err io.Writer
	in       io.Reader
	flags    *flag.FlagSet
	client   client
}

// errDiffers is returned once the difference is written.
var errDiffers = errors.New("the resources do not fit the traffic")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs a command and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, stderr io.Writer) int {
	commands := map[string]func(context.Context, *command, []string) error{"suggest": suggest, "diff": diff, "whatif": whatif}
	if len(args) == 0 || commands[args[0]] == nil {
		_, _ = io.WriteString(stderr, usage)
		return exitError
	}
	c := &command{out: out, err: stderr, in: in, flags: flag.NewFlagSet("egressctl "+args[0], flag.ContinueOnError)}
	c.flags.SetOutput(stderr)
	c.client.addFlags(c.flags)
	switch err := commands[args[0]](ctx, c, args[1:]); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitWell
	case errors.Is(err, errDiffers):
		return exitDiffers
	case errors.Is(err, errFlags):
		return exitError // the flag package has told
	default:
		_, _ = fmt.Fprintln(stderr, "egressctl:", printable(err.Error()))
		return exitError
	}
}

// errFlags is returned for flags that cannot be read.
var errFlags = errors.New("flags")

// parse reads the flags of a command.
func (c *command) parse(args []string) error {
	if err := c.flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errFlags
	}
	if c.flags.NArg() > 0 {
		return fmt.Errorf("%q is no flag", c.flags.Arg(0))
	}
	return nil
}
