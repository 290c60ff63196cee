package ratelimit

import (
	"sync/atomic"
	"time"
)

// Memory holds, for each route, until when it is limited. Routes do not hold up
// each other. It is safe for concurrent use.
type Memory struct{ until []atomic.Int64 } // Unix nanoseconds

// NewMemory returns a Memory for the given number of routes.
func NewMemory(routes int) *Memory { return &Memory{until: make([]atomic.Int64, routes)} }

// remembered is the longest limit that is believed without asking again: a server
// that tells an absurd date must not silence a client for years.
const remembered = 24 * time.Hour

// Limit remembers that route is limited from now on for the given time, at most a
// day. A later end replaces an earlier one, never the reverse: answers overtake
// each other.
func (m *Memory) Limit(route int, now time.Time, lasts time.Duration) {
	end := now.Add(min(lasts, remembered)).UnixNano()
	for {
		old := m.until[route].Load()
		if old >= end || m.until[route].CompareAndSwap(old, end) {
			return
		}
	}
}

// Until returns until when route is limited, and whether that is after now.
func (m *Memory) Until(route int, now time.Time) (time.Time, bool) {
	end := m.until[route].Load()
	if end <= now.UnixNano() {
		return time.Time{}, false
	}
	return time.Unix(0, end), true
}
