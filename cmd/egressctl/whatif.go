// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// source is a workload.
type source struct{ Namespace, Workload string }

func (s source) String() string { return printable(s.Namespace + "/" + s.Workload) }

// whatifAnswer is what is read of an answer of /api/v1/whatif.
type whatifAnswer struct {
	Workloads []struct {
		Source          source
		Breaks, Unknown int
		Ready           bool
	}
	Rows          []verdict
	Total, Pages  int
	NotConsidered []id `json:"not_considered"`
	Problems      []problem
	Missing       []string
}

// The outcomes of rows that are asked for.
var outcomes = []string{"blocked", "elsewhere", "unknown"}

// whatif tells what files would do to the traffic.
func whatif(ctx context.Context, c *command, args []string) error {
	files := c.addFiles()
	query := url.Values{}
	parameter := func(name, parameter, usage string) {
		c.flags.Func(name, usage, func(v string) error { query.Set(parameter, v); return nil })
	}
	parameter("n", "namespace", "`namespace` of the sources; without it all")
	parameter("w", "workload", "`workload` of the sources; without it all")
	parameter("mode", "mode", "`mode` of all workloads: REGISTRY_ONLY (default), ALLOW_ANY, or as_is for those of the mesh and its Sidecars")
	parameter("with", "with", "`suggestions` adds what is suggested to the files")
	strict := c.flags.Bool("strict", false, "exit with 1 for destinations of which it is not known, too")
	if err := c.parse(args); err != nil {
		return err
	}
	j := &joined{text: []byte{}} // nil would make the request a GET
	if len(*files) > 0 || query.Get("with") == "" {
		var err error
		if j, err = c.read(*files); err != nil {
			return err
		}
	}
	a, all, err := c.verdicts(ctx, query, j)
	if err != nil {
		return err
	}
	c.printVerdicts(all)
	breaks, unknown := c.printWorkloads(a)
	c.printProblems(j, a.Problems)
	if err := errIncomplete(a.Missing, a.Problems); err != nil {
		return err
	}
	switch {
	case len(a.Workloads) == 0:
		return noTraffic(query.Get("namespace"), query.Get("workload"))
	case breaks > 0, *strict && unknown > 0:
		return errDiffers
	}
	return nil
}

// verdicts asks for what would not pass, and returns the last answer, too. A gateway that
// is missing in any of the answers is missing in that one.
func (c *command) verdicts(ctx context.Context, query url.Values, j *joined) (a whatifAnswer, all []verdict, err error) {
	var missing []string
	for _, outcome := range outcomes {
		query.Set("outcome", outcome)
		for page := 1; ; page++ {
			query.Set("page", strconv.Itoa(page))
			if a, err = askFor[whatifAnswer](ctx, &c.client, "/api/v1/whatif", query, j.text); err != nil {
				return a, nil, err
			}
			if len(a.Missing) > 0 {
				missing = a.Missing
			}
			all = append(all, a.Rows...)
			if page >= a.Pages {
				break
			}
		}
	}
	a.Missing = missing
	return a, all, nil
}

// printWorkloads writes which workloads are ready, and counts destinations that are not.
func (c *command) printWorkloads(a whatifAnswer) (breaks, unknown int) {
	for _, w := range a.Workloads {
		state := "ready"
		if !w.Ready {
			state = fmt.Sprintf("%s would break, %s unknown", counted(w.Breaks, "destination", "destinations"), counted(w.Unknown, "is", "are"))
		}
		_, _ = fmt.Fprintf(c.out, "%s: %s\n", w.Source, state)
		breaks, unknown = breaks+w.Breaks, unknown+w.Unknown
	}
	if len(a.NotConsidered) > 0 {
		_, _ = fmt.Fprintf(c.out, "not considered: %s\n", ids(a.NotConsidered))
	}
	return breaks, unknown
}
