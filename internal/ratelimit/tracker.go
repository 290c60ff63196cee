package ratelimit

import (
	"sync"
	"sync/atomic"
	"time"
)

// Route identifies what the API limits: a method and a path template.
type Route struct{ Method, Path string }

// Tracker holds the end of the rate limit of each limited route. Times have
// monotonic clock readings, so that a change of the wall clock does not extend a
// limit. The zero value is ready for use. It is safe for concurrent use.
type Tracker struct {
	mu     sync.Mutex
	blocks map[Route]block
	count  atomic.Int64 // of blocks
}

// block is the rate limit of a route.
type block struct {
	until   time.Time
	probeAt time.Time // when one request is sent anyway
	probing bool      // it was sent
}

// probeInterval is the longest time that a route is blocked without a request. An
// absurd date in a response must not stop a client for years.
const probeInterval = time.Hour

// Block blocks route for d from now on. It does not shorten an earlier block, unless
// that is being probed: responses may arrive out of order.
func (t *Tracker) Block(route Route, now time.Time, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.blocks == nil {
		t.blocks = map[Route]block{}
	}
	if old := t.blocks[route]; old.probing || now.Add(d).After(old.until) {
		t.blocks[route] = block{until: now.Add(d), probeAt: now.Add(probeInterval)}
	}
	t.count.Store(int64(len(t.blocks)))
}

// Unblock ends the block of route after a successful probe.
func (t *Tracker) Unblock(route Route) {
	if t.count.Load() == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.blocks[route].probing {
		t.remove(route)
	}
}

// BlockedUntil returns when the block of route ends. It reports whether that is
// after now. Once every probeInterval it reports false before that, to one caller.
func (t *Tracker) BlockedUntil(route Route, now time.Time) (time.Time, bool) {
	if t.count.Load() == 0 {
		return time.Time{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	b, blocked := t.blocks[route]
	switch {
	case !blocked:
		return time.Time{}, false
	case !b.until.After(now):
		t.remove(route)
		return time.Time{}, false
	case !b.probeAt.After(now):
		t.blocks[route] = block{until: b.until, probeAt: now.Add(probeInterval), probing: true}
		return time.Time{}, false
	}
	return b.until, true
}

func (t *Tracker) remove(route Route) {
	delete(t.blocks, route)
	t.count.Store(int64(len(t.blocks)))
}
