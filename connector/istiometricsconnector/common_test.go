package istiometricsconnector

import "time"

// testTime is some time to collect at.
var testTime = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
