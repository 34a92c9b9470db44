// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

const (
	// filesAge is how long the files are not looked at again.
	filesAge = 2 * time.Second
	// maxFiles and maxFileBytes bound what is read. Each file has its own bound, too.
	maxFiles     = 1000
	maxFileBytes = 16 << 20
)

// Files are those with the Istio resources that there are. It is safe for concurrent use.
type Files struct {
	patterns []string
	now      func() time.Time

	mu       sync.Mutex
	looked   time.Time
	stamps   []stamp
	problems []resources.Problem
	set      resources.Set
}

// stamp changes when a file does.
type stamp struct {
	path string
	size int64
	time time.Time
}

// NewFiles returns the files that fit the patterns, see filepath.Match.
func NewFiles(patterns []string) *Files { return &Files{patterns: patterns, now: time.Now} }

// Given tells whether there are to be any files.
func (f *Files) Given() bool { return f != nil && len(f.patterns) > 0 }

// Set is what stands in the files. They are read again when one has changed, which is
// looked at every two seconds at most. What cannot be read becomes a Problem.
func (f *Files) Set() resources.Set {
	if !f.Given() {
		return resources.Set{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if !f.looked.IsZero() && now.Sub(f.looked).Abs() < filesAge {
		return f.set
	}
	stamps, problems := f.stat()
	if f.looked.IsZero() || !slices.Equal(stamps, f.stamps) || !slices.Equal(problems, f.problems) {
		f.set, f.stamps, f.problems = read(stamps, problems), stamps, problems
	}
	f.looked = now
	return f.set
}

// stat lists the files in a stable order.
func (f *Files) stat() (stamps []stamp, problems []resources.Problem) {
	for _, pattern := range f.patterns {
		paths, err := filepath.Glob(pattern)
		if err == nil && len(paths) == 0 {
			problems = append(problems, resources.Problem{File: pattern, Reason: "there is no such file"})
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			switch {
			case err != nil:
				problems = append(problems, resources.Problem{File: path, Reason: err.Error()})
			case info.Mode().IsRegular():
				stamps = append(stamps, stamp{path, info.Size(), info.ModTime()})
			}
		}
	}
	slices.SortFunc(stamps, func(a, b stamp) int { return strings.Compare(a.path, b.path) })
	stamps = slices.Compact(stamps)
	if more := len(stamps) - maxFiles; more > 0 {
		problems = append(problems, resources.Problem{Reason: fmt.Sprintf("%d files are left out: there are more than %d", more, maxFiles)})
		stamps = stamps[:maxFiles]
	}
	return stamps, problems
}

// read reads files until they are too many bytes together.
func read(stamps []stamp, problems []resources.Problem) resources.Set {
	var sets []resources.Set
	left := maxFileBytes
	for _, s := range stamps {
		data, err := readFile(s.path)
		left -= len(data)
		switch {
		case err != nil:
			problems = append(problems, resources.Problem{File: s.path, Reason: err.Error()})
		case left < 0:
			problems = append(problems, resources.Problem{File: s.path, Reason: fmt.Sprintf("the file is left out: together they have more than %d bytes", maxFileBytes)})
		default:
			sets = append(sets, resources.Read(s.path, data, ""))
		}
	}
	set := resources.Join(sets...)
	set.Problems = append(problems, set.Problems...)
	return set
}

// readFile reads what Read takes, and a byte more if there is more.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, resources.MaxBytes+1))
}
