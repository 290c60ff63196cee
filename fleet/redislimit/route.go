package redislimit

import (
	"slices"
	"sync"
	"time"
)

// longestBlock is the longest time that a route is blocked.
const longestBlock = time.Hour

// route is the state of a route in this process.
type route struct {
	key      string
	limit    int // requests a minute
	reserved int // of them, for interactive processes

	turn chan struct{} // full while a caller asks for a request; the others queue here, first in, first out

	// These belong to the caller whose turn it is.
	epoch   string    // of the state in Redis; another one means that the state was lost
	sent    []request // in the last minute
	members int       // processes seen in the last minute

	mu         sync.Mutex
	blocked    time.Time // no request before
	publishing bool
}

// request is one that was sent.
type request struct {
	at    time.Time
	epoch string // of the state that counted it; empty if it is not yet counted
}

// block blocks the route. It reports whether the block must be published.
func (r *route) block(until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if latest := time.Now().Add(longestBlock); until.After(latest) {
		until = latest
	}
	if !until.After(r.blocked) {
		return false
	}
	r.blocked = until
	publish := !r.publishing
	r.publishing = true
	return publish
}

// blockedElsewhere blocks the route because another process got a 429.
func (r *route) blockedElsewhere(remaining time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := time.Now().Add(remaining); remaining > 0 && until.After(r.blocked) {
		r.blocked = until
	}
}

func (r *route) blockedUntil() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blocked
}

// published is called when the block until the given time is in Redis. It reports whether
// that is the latest block.
func (r *route) published(until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.publishing = !until.Equal(r.blocked)
	return !r.publishing
}

// forget removes the requests that no longer count.
func (r *route) forget(now time.Time) {
	r.sent = slices.DeleteFunc(r.sent, func(s request) bool { return now.Sub(s.at) >= window })
}

// unshared returns the ages of the requests that the state in Redis does not count.
func (r *route) unshared(now time.Time) []time.Duration {
	var ages []time.Duration
	for _, s := range r.sent {
		if s.epoch == "" || s.epoch != r.epoch {
			ages = append(ages, now.Sub(s.at))
		}
	}
	return ages
}

// shared records that the state in Redis counts all requests.
func (r *route) shared() {
	for i := range r.sent {
		r.sent[i].epoch = r.epoch
	}
}
