// Package token caches the access token of a client and refreshes it before it
// expires, with one fetch at a time. It does not know how a token is fetched.
package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg/internal/redact"
)

const (
	// FetchTimeout is the timeout of a fetch, including retries.
	FetchTimeout      = 30 * time.Second
	refreshRetryDelay = 30 * time.Second // between failed refreshes of a token that is not expired
	failureTTL        = time.Second      // how long a failure is returned to new callers
)

// ErrClosed is returned by a closed Cache.
var ErrClosed = errors.New("the client is closed")

var (
	errTooLong  = fmt.Errorf("no token within %v: %w", FetchTimeout, context.DeadlineExceeded)
	errNoReturn = errors.New("the token fetch ended its goroutine")
)

// Token is an access token.
type Token struct {
	Value  string
	Header string    // the value of the Authorization header
	Expiry time.Time // zero: does not expire
	// Refresh is the refresh token of the response. It is not used, but is a
	// secret.
	Refresh string
}

// New returns a token that is valid until expiry.
func New(value string, expiry time.Time) *Token {
	return &Token{Value: value, Header: "Bearer " + value, Expiry: expiry}
}

// Cache holds the token. It is safe for concurrent use. Its only goroutine is that
// of a running fetch.
type Cache struct {
	fetch func(context.Context) (*Token, error)

	mu        sync.Mutex
	current   redact.Opaque[*Token]
	refreshAt time.Time
	flight    *flight
	failed    error
	failedAt  time.Time
	closed    bool

	rejected    bool      // the server rejected the last token
	replacement bool      // the current token replaces a rejected one
	fetchedAt   time.Time // the current token
}

// flight is a running fetch. token and err may be read once done is closed.
type flight struct {
	done   chan struct{}
	cancel context.CancelFunc
	token  *Token
	err    error
}

// NewCache returns a Cache that gets its tokens from fetch.
func NewCache(fetch func(context.Context) (*Token, error)) *Cache { return &Cache{fetch: fetch} }

// Token returns a token that has not expired. It waits only if there is none, until ctx
// or the deadline ends, unless that is zero. The fetch goes on for other callers.
func (c *Cache) Token(ctx context.Context, deadline time.Time) (*Token, error) {
	c.mu.Lock()
	now := time.Now()
	if t := c.current.Value(); t != nil && (t.Expiry.IsZero() || now.Before(t.Expiry)) {
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
	case c.failed != nil && now.Sub(c.failedAt) < failureTTL:
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

// Invalidate discards t, which the server rejected. It does not discard a newer
// token. For a moment it also keeps the replacement of a rejected token, as a failed
// fetch is kept: otherwise every call would fetch a token if the server rejects all.
func (c *Cache) Invalidate(t *Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current.Value() == t && (!c.replacement || time.Since(c.fetchedAt) >= failureTTL) {
		c.current, c.rejected = redact.Opaque[*Token]{}, true
	}
}

// Close cancels a running fetch. No other is started.
func (c *Cache) Close() {
	c.mu.Lock()
	c.closed = true
	f := c.flight
	c.mu.Unlock()
	if f != nil {
		f.cancel()
	}
}

// start starts a fetch, with the lock held. It is detached from the caller's
// context, so that a canceled caller does not fail the others. After FetchTimeout
// it is finished even if fetch has not returned; its token is then ignored.
func (c *Cache) start(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), FetchTimeout)
	f := &flight{done: make(chan struct{}), cancel: cancel}
	c.flight = f
	stopTimer := context.AfterFunc(ctx, func() { c.finish(f, nil, errTooLong, now) })
	go func() {
		t, err := (*Token)(nil), errNoReturn
		defer func() {
			stopTimer()
			cancel()
			c.finish(f, t, err, now)
		}()
		t, err = c.fetch(ctx)
	}()
}

// finish completes f, which was started at began. Later calls for the same f are
// ignored.
func (c *Cache) finish(f *flight, t *Token, err error, began time.Time) {
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
		c.current, c.failed, c.fetchedAt = redact.Hide(t), nil, now
		c.replacement, c.rejected = c.rejected, false
		c.refreshAt = time.Time{}
		if !t.Expiry.IsZero() {
			c.refreshAt = began.Add(t.Expiry.Sub(began) / 5 * 4)
		}
	case c.closed:
		f.err = ErrClosed
	default:
		c.failed, c.failedAt = err, now
		c.refreshAt = now.Add(refreshRetryDelay)
	}
	close(f.done)
}
