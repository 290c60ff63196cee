package ratelimit

import (
	"sync/atomic"
	"time"
)

// Tracker has the end of the rate limit of each route. It is safe for concurrent
// use.
type Tracker struct{ until []atomic.Int64 } // Unix nanoseconds

// NewTracker returns a Tracker for the given number of routes.
func NewTracker(routes int) *Tracker { return &Tracker{until: make([]atomic.Int64, routes)} }

// maxBlock is the longest time that a route is blocked, so that an absurd date in a
// response does not stop a client for years.
const maxBlock = 24 * time.Hour

// Block blocks route for d from now on, at most for maxBlock. It does not shorten
// an earlier block: responses may arrive out of order.
func (t *Tracker) Block(route int, now time.Time, d time.Duration) {
	end := now.Add(min(d, maxBlock)).UnixNano()
	for {
		old := t.until[route].Load()
		if old >= end || t.until[route].CompareAndSwap(old, end) {
			return
		}
	}
}

// BlockedUntil returns when the block of route ends. It reports whether that is
// after now.
func (t *Tracker) BlockedUntil(route int, now time.Time) (time.Time, bool) {
	end := t.until[route].Load()
	if end <= now.UnixNano() {
		return time.Time{}, false
	}
	return time.Unix(0, end), true
}
