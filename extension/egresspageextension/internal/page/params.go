// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// The parameters of a query. They are the same for the page and for the API.
const (
	paramNamespace   = "namespace"
	paramWorkload    = "workload"
	paramDestination = "destination"
	paramDecision    = "decision"
	paramTraffic     = "traffic"
	paramPort        = "port"
	paramGrade       = "grade"
	paramNew         = "new"
	paramSeen        = "seen"
	paramText        = "q"
	paramSort        = "sort"
	paramOrder       = "order"
	paramPage        = "page"
	paramFormat      = "format"
)

// params are all of them.
var params = []string{
	paramNamespace, paramWorkload, paramDestination, paramDecision, paramTraffic, paramPort, paramGrade, paramNew, paramSeen, paramText,
	paramSort, paramOrder, paramPage, paramFormat,
}

const (
	orderDescending = "desc"
	orderAscending  = "asc"
)

// onlyParams refuses parameters that are none.
func onlyParams(values url.Values, known ...string) error {
	for name := range values {
		if !slices.Contains(known, name) {
			return fmt.Errorf("`%s` is no parameter: there are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// parsePage reads the number of a page, which is 1 if it is not given.
func parsePage(values url.Values) (int, error) {
	v := values.Get(paramPage)
	if v == "" {
		return 1, nil
	}
	page, err := strconv.Atoi(v)
	if err != nil || page < 1 {
		return 0, fmt.Errorf("`%s` is %q: must be a number of at least 1", paramPage, v)
	}
	return page, nil
}

// parsePort reads a port as it is written in the rows: a number, or `other`.
func parsePort(text string) (port uint16, otherPorts bool, err error) {
	if text == contract.Other {
		return 0, true, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, false, fmt.Errorf("must be a number from 0 to 65535, or %s", contract.Other)
	}
	return uint16(n), false, nil
}

var errDuration = errors.New("must be a duration such as 24h or 30d")

// before is a time before now: `24h`, or in whole days `30d`.
func before(now time.Time, ago string) (time.Time, error) {
	if days, ok := strings.CutSuffix(ago, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 12)
		if err != nil {
			return time.Time{}, errDuration
		}
		return now.AddDate(0, 0, -int(n)), nil
	}
	d, err := time.ParseDuration(ago)
	if err != nil || d < 0 {
		return time.Time{}, errDuration
	}
	return now.Add(-d), nil
}
