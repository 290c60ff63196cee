package ratelimit

import (
	"sync"
	"sync/atomic"
	"time"
)

// Route identifies what the API limits: a method and a path template.
type Route struct{ Method, Path string }

// Tracker has the end of the rate limit of each route that is limited. The zero
// value is ready for use. It is safe for concurrent use.
type Tracker struct {
	mu     sync.Mutex
	blocks map[Route]time.Time // with monotonic clock readings
	count  atomic.Int64        // of blocks
}

// maxBlock is the longest time that a route is blocked, so that an absurd date in a
// response does not stop a client for years.
const maxBlock = 24 * time.Hour

// Block blocks route for d from now on, at most for maxBlock. It does not shorten
// an earlier block: responses may arrive out of order.
func (t *Tracker) Block(route Route, now time.Time, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.blocks == nil {
		t.blocks = map[Route]time.Time{}
	}
	if end := now.Add(min(d, maxBlock)); end.After(t.blocks[route]) {
		t.blocks[route] = end
	}
	t.count.Store(int64(len(t.blocks)))
}

// BlockedUntil returns when the block of route ends. It reports whether that is
// after now.
func (t *Tracker) BlockedUntil(route Route, now time.Time) (time.Time, bool) {
	if t.count.Load() == 0 {
		return time.Time{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	end, blocked := t.blocks[route]
	if blocked && !end.After(now) {
		delete(t.blocks, route)
		t.count.Store(int64(len(t.blocks)))
		return time.Time{}, false
	}
	return end, blocked
}
