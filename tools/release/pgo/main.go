// SPDX-License-Identifier: Apache-2.0

// Command pgo merges CPU profiles of the gateway into one for `go build -pgo`.
// What tells the compiler nothing is left out: the path and the build id of the
// program, and the time.
//
// Usage: pgo OUTPUT PROFILE...
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/google/pprof/profile"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pgo:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("needs the path to write and a profile")
	}
	var profiles []*profile.Profile
	for _, path := range args[1:] {
		p, err := read(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		profiles = append(profiles, p)
	}
	merged, err := merge(profiles)
	if err != nil {
		return err
	}
	f, err := os.Create(args[0])
	if err != nil {
		return err
	}
	return errors.Join(merged.Write(f), f.Close())
}

func read(path string) (*profile.Profile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return profile.Parse(f)
}

func merge(profiles []*profile.Profile) (*profile.Profile, error) {
	merged, err := profile.Merge(profiles)
	if err != nil {
		return nil, err
	}
	for _, m := range merged.Mapping {
		m.File, m.BuildID = "", ""
	}
	merged.TimeNanos = 0
	return merged, merged.CheckValid()
}
