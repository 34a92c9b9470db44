// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// options are the flags. All of them end up in what is packed, so none has a
// default that depends on the machine.
type options struct {
	root      string // of the repository: license and configurations
	zoneinfo  string
	output    string
	version   string
	revision  string // of the commit; empty if it is not known
	created   time.Time
	onlyImage bool
}

func main() {
	var o options
	var seconds int64
	flag.StringVar(&o.root, "root", "", "directory of the repository")
	flag.StringVar(&o.zoneinfo, "zoneinfo", "", "Go's zoneinfo.zip, for the image")
	flag.StringVar(&o.output, "output", "", "directory to write to; it has to exist")
	flag.StringVar(&o.version, "version", "", "version of the programs")
	flag.StringVar(&o.revision, "revision", "", "commit that the programs were built from")
	flag.Int64Var(&seconds, "created", 0, "time of that commit, in seconds since 1970")
	flag.BoolVar(&o.onlyImage, "only-image", false, "write NAME.tar, the image of each program, and nothing else")
	flag.Parse()
	o.created = time.Unix(seconds, 0).UTC()
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run packs the programs. Those that have the same file name are one program
// for several platforms.
func run(o options, paths []string) error {
	if o.root == "" || o.zoneinfo == "" || o.output == "" || o.version == "" || len(paths) == 0 {
		return errors.New("--root, --zoneinfo, --output, --version and the path of a program are needed")
	}
	programs, err := readPrograms(paths)
	if err != nil {
		return err
	}
	shared, err := sharedFiles(o.root)
	if err != nil {
		return err
	}
	for _, platforms := range programs {
		if err := o.pack(platforms, shared); err != nil {
			return fmt.Errorf("%s: %w", platforms[0].name, err)
		}
	}
	if o.onlyImage {
		return nil
	}
	return writeSums(o.output)
}

// pack writes what is made of one program.
func (o options) pack(platforms []program, shared []file) error {
	name := platforms[0].name
	if o.onlyImage {
		return o.writeImage(filepath.Join(o.output, name+".tar"), platforms, shared)
	}
	for _, p := range platforms {
		base := filepath.Join(o.output, fmt.Sprintf("%s_%s_%s_%s", p.name, o.version, p.os, p.arch))
		if err := o.writeArchive(base+".tar.gz", p, shared); err != nil {
			return err
		}
		if err := o.writeBOM(base+".cdx.json", p); err != nil {
			return err
		}
	}
	return o.writeImage(filepath.Join(o.output, fmt.Sprintf("%s_%s_image.tar", name, o.version)), platforms, shared)
}
