// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// egressAnswer is what is read of an answer of /api/v1/egress.
type egressAnswer struct {
	Total   int
	Missing []string
}

// checkTraffic returns an error if no traffic of a namespace was seen. An empty namespace
// stands for all.
func (c *command) checkTraffic(ctx context.Context, namespace string) error {
	query := url.Values{}
	if namespace != "" {
		query.Set("namespace", namespace)
	}
	a, err := askFor[egressAnswer](ctx, &c.client, "/api/v1/egress", query, nil)
	switch {
	case err != nil:
		return err
	case len(a.Missing) > 0:
		return errMissing(a.Missing)
	case a.Total == 0:
		return noTraffic(namespace, "")
	}
	return nil
}

// noTraffic is the error if no row is of the sources that were asked for: a name may be
// misspelled, so it is no success.
func noTraffic(namespace, workload string) error {
	switch {
	case namespace == "" && workload == "":
		return errors.New("no traffic was seen")
	case namespace == "":
		return fmt.Errorf("no traffic of workload %s was seen", workload)
	case workload == "":
		return fmt.Errorf("no traffic of %s was seen", namespace)
	}
	return fmt.Errorf("no traffic of %s/%s was seen", namespace, workload)
}
