// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"sync"
	"time"
)

// failures are the requests that are sent again and again.
type failures struct {
	mu    sync.Mutex
	last  uint64
	began map[uint64]time.Time
}

// failure is a request that failed. Its zero value is one that did not.
type failure struct {
	id    uint64
	since time.Time
}

// begin takes note of a request that failed, unless it did before.
func (f *failures) begin(before failure) failure {
	if before.id != 0 {
		return before
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.began == nil {
		f.began = map[uint64]time.Time{}
	}
	f.last++
	at := failure{f.last, time.Now()}
	f.began[at.id] = at.since
	return at
}

// end forgets a request that fails no more.
func (f *failures) end(which failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.began, which.id)
}

func (f *failures) age() (longest time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, since := range f.began {
		longest = max(longest, time.Since(since))
	}
	return longest
}
