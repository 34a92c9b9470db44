// SPDX-License-Identifier: Apache-2.0

package promserver

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// minTime and maxTime are the ends of a range that is not given, as far as
// milliseconds can go without an overflow.
var (
	minTime = time.Unix(math.MinInt64/1000+62135596801, 0).UTC()
	maxTime = time.Unix(math.MaxInt64/1000-62135596801, 999999999).UTC()
)

// timeParam reads seconds or RFC 3339; the zero time as fallback makes the
// parameter mandatory.
func timeParam(r *http.Request, name string, fallback time.Time) (time.Time, error) {
	value := r.FormValue(name)
	if value == "" && !fallback.IsZero() {
		return fallback, nil
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		return t, badData{fmt.Errorf("invalid parameter %q: cannot parse %q to a valid timestamp", name, value)}
	}
	return t, nil
}

func rangeParams(r *http.Request) (start, end time.Time, err error) {
	start, err1 := timeParam(r, "start", minTime)
	end, err2 := timeParam(r, "end", maxTime)
	return start, end, errors.Join(err1, err2)
}

// stepParam reads seconds or a duration such as 15s.
func stepParam(r *http.Request) (time.Duration, error) {
	value := r.FormValue("step")
	step, err := model.ParseDuration(value)
	if seconds, floatErr := strconv.ParseFloat(value, 64); floatErr == nil {
		step, err = model.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || step <= 0 {
		return 0, badData{fmt.Errorf("invalid parameter \"step\": %q is not a positive duration", value)}
	}
	return time.Duration(step), nil
}

func (s *Server) matchParams(r *http.Request) ([][]*labels.Matcher, error) {
	if err := r.ParseForm(); err != nil {
		return nil, badData{err}
	}
	selectors, err := s.parser.ParseMetricSelectors(r.Form["match[]"])
	if err != nil {
		return nil, badData{fmt.Errorf("invalid parameter \"match[]\": %w", err)}
	}
	return selectors, nil
}

func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
