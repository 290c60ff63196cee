// Package token keeps one bearer token for all callers of a client: one fetch
// at a time, ahead of the token's end. It does not know how a token is fetched.
package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// FetchTimeout is how long a fetch may take, retries included.
	FetchTimeout = 30 * time.Second
	refreshPause = 30 * time.Second // between attempts to renew a token that still lives
	errorMemory  = time.Second      // how long a failure answers for new callers too
)

// ErrClosed is the answer of a closed cell.
var ErrClosed = errors.New("the client is closed")

var (
	errTooLong  = fmt.Errorf("no token within %v: %w", FetchTimeout, context.DeadlineExceeded)
	errNoReturn = errors.New("the fetch of a token ended its goroutine")
)

// Token is a bearer token. Header is the value of its Authorization header, made
// once for all requests; it must not be changed.
type Token struct {
	Value  string
	Header []string
	Expiry time.Time // zero: does not expire
	// Refresh came with the token. It is not used, but must not be shown.
	Refresh string
}

// New returns a token that lives until expiry.
func New(value string, expiry time.Time) *Token {
	return &Token{Value: value, Header: []string{"Bearer " + value}, Expiry: expiry}
}

// Cell holds the token. It is safe for concurrent use. No goroutine of it runs
// but a fetch under way.
type Cell struct {
	fetch func(context.Context) (*Token, error)

	mu        sync.Mutex
	current   *Token
	refreshAt time.Time
	flight    *flight
	failed    error
	failedAt  time.Time
	closed    bool
}

// flight is a fetch under way. token and err may be read once done is closed.
type flight struct {
	done   chan struct{}
	cancel context.CancelFunc
	token  *Token
	err    error
}

// NewCell returns a cell that gets its tokens from fetch.
func NewCell(fetch func(context.Context) (*Token, error)) *Cell { return &Cell{fetch: fetch} }

// Token returns a token that lives, waiting for one only where there is none.
// The wait ends with ctx and at the deadline, where that is not zero; the fetch
// goes on for the others.
func (c *Cell) Token(ctx context.Context, deadline time.Time) (*Token, error) {
	c.mu.Lock()
	now := time.Now()
	if t := c.current; t != nil && (t.Expiry.IsZero() || now.Before(t.Expiry)) {
		if !c.refreshAt.IsZero() && !now.Before(c.refreshAt) && c.flight == nil && !c.closed {
			c.start(now)
		}
		c.mu.Unlock()
		return t, nil
	}
	switch {
	case c.closed:
		c.mu.Unlock()
		return nil, ErrClosed
	case c.flight != nil:
	case c.failed != nil && now.Sub(c.failedAt) < errorMemory:
		defer c.mu.Unlock()
		return nil, c.failed
	default:
		c.start(now)
	}
	f := c.flight
	c.mu.Unlock()

	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Drop forgets t, because the server refused it; a newer token stays.
func (c *Cell) Drop(t *Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == t {
		c.current = nil
	}
}

// Close ends a fetch under way; there will be no other.
func (c *Cell) Close() {
	c.mu.Lock()
	c.closed = true
	f := c.flight
	c.mu.Unlock()
	if f != nil {
		f.cancel()
	}
}

// start begins a fetch, with the lock held. It is detached from whoever asked
// for it, so that a caller who leaves fails nobody else. It lands when its time
// is up even if it goes on: its token is then nobody's.
func (c *Cell) start(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), FetchTimeout)
	f := &flight{done: make(chan struct{}), cancel: cancel}
	c.flight = f
	overdue := context.AfterFunc(ctx, func() { c.land(f, nil, errTooLong, now) })
	go func() {
		t, err := (*Token)(nil), errNoReturn
		defer func() {
			overdue()
			cancel()
			c.land(f, t, err, now)
		}()
		t, err = c.fetch(ctx)
	}()
}

// land ends a fetch that began at began. The first to say so counts.
func (c *Cell) land(f *flight, t *Token, err error, began time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight != f {
		return
	}
	now := time.Now()
	c.flight = nil
	f.token, f.err = t, err
	switch {
	case err == nil:
		c.current, c.failed = t, nil
		c.refreshAt = time.Time{}
		if !t.Expiry.IsZero() {
			c.refreshAt = began.Add(t.Expiry.Sub(began) / 5 * 4)
		}
	case c.closed:
		f.err = ErrClosed
	default:
		c.failed, c.failedAt = err, now
		c.refreshAt = now.Add(refreshPause)
	}
	close(f.done)
}
