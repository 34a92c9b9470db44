// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// id names a resource.
type id struct{ Kind, Namespace, Name string }

func (i id) String() string {
	if i.Namespace == "" {
		return printable(i.Kind + " " + i.Name)
	}
	return printable(i.Kind + " " + i.Namespace + "/" + i.Name)
}

func ids(all []id) string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = all[i].String()
	}
	return strings.Join(texts, ", ")
}

// diffAnswer is what is read of an answer of /api/v1/diff.
type diffAnswer struct {
	Added   []struct{ ID id }
	Changed []struct {
		ID id
		By []id
	}
	Unused []struct {
		ID    id
		Hosts []struct {
			Host     string
			LastSeen time.Time `json:"last_seen"`
		}
	}
	Holes []struct {
		Kind        string
		Entry       id
		Host        string
		Port        int
		OtherPorts  bool `json:"other_ports"`
		Text, Close string
		Users       []struct {
			Source       struct{ Namespace, Workload string }
			Beyond       bool
			Destinations []string
		}
	}
	Totals   diffTotals
	Problems []problem
	Missing  []string
}

// diffTotals are how long the lists are.
type diffTotals struct{ Added, Changed, Unchanged, Unused, Used, Unknown, Holes int }

// checkTraffic returns an error if no traffic was seen. A gateway that sees nothing, or a
// namespace that is misspelled, would look like success. Entries of a namespace may be for
// other namespaces, so with such entries the traffic of any namespace counts.
func (t *diffTotals) checkTraffic(ctx context.Context, c *command, namespace string) error {
	if t.Added+t.Changed+t.Unchanged+t.Used > 0 {
		return nil // they come from traffic
	}
	if t.Unused+t.Unknown > 0 {
		namespace = ""
	}
	return c.checkTraffic(ctx, namespace)
}

// diff compares files with what the traffic needs.
func diff(ctx context.Context, c *command, args []string) error {
	files := c.addFiles()
	namespace := c.flags.String("n", "", "`namespace` of the resources; without it those of all")
	unused := c.flags.Bool("unused", false, "exit with 1 for ServiceEntries that are unused, too")
	holes := c.flags.Bool("holes", false, "exit with 1 for ServiceEntries that let through more than they say, too")
	if err := c.parse(args); err != nil {
		return err
	}
	j, err := c.read(*files)
	if err != nil {
		return err
	}
	query := url.Values{}
	if *namespace != "" {
		query.Set("namespace", *namespace)
	}
	a, err := askFor[diffAnswer](ctx, &c.client, "/api/v1/diff", query, j.text)
	if err != nil {
		return err
	}
	c.printDiff(&a)
	c.printProblems(j, a.Problems)
	if err := errIncomplete(a.Missing, a.Problems); err != nil {
		return err
	}
	if err := a.Totals.checkTraffic(ctx, c, *namespace); err != nil {
		return err
	}
	if a.Totals.Added+a.Totals.Changed > 0 || *unused && a.Totals.Unused > 0 || *holes && a.Totals.Holes > 0 {
		return errDiffers
	}
	return nil
}

func (c *command) printDiff(a *diffAnswer) {
	write := func(format string, values ...any) { _, _ = fmt.Fprintf(c.out, format+"\n", values...) }
	for _, d := range a.Added {
		write("missing: %s", d.ID)
	}
	for _, d := range a.Changed {
		write("changed: %s, yours is %s", d.ID, ids(d.By))
	}
	for _, u := range a.Unused {
		for _, h := range u.Hosts {
			last := "never seen"
			if !h.LastSeen.IsZero() {
				last = "last seen " + h.LastSeen.Format(time.RFC3339)
			}
			write("unused: %s, %s %s", u.ID, printable(h.Host), last)
		}
	}
	for _, h := range a.Holes {
		entry := h.Entry.String()
		if h.Entry.Name == "" {
			entry = "ServiceEntry of " + printable(h.Host)
		}
		port := portText(h.Port, h.OtherPorts)
		if h.Kind == "exported_to_all" {
			port = "all"
		}
		write("hole: %s, port %s: %s %s", entry, port, printable(h.Text), printable(h.Close))
		for _, u := range h.Users {
			if u.Beyond {
				write("  used by %s/%s: %s", printable(u.Source.Namespace), printable(u.Source.Workload), printable(strings.Join(u.Destinations, ", ")))
			}
		}
	}
	t := a.Totals
	write("%d missing, %d changed, %d unchanged, %d unused, %d of which the gateway cannot tell whether they are used, %s",
		t.Added, t.Changed, t.Unchanged, t.Unused, t.Unknown, counted(t.Holes, "hole", "holes"))
}

// portText is a port as the page writes it, 0 if the log does not say it.
func portText(port int, otherPorts bool) string {
	if otherPorts {
		return contract.Other
	}
	return strconv.Itoa(port)
}

// printable keeps texts of others from writing to the terminal what it obeys.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
