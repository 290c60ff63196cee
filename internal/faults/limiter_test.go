package faults

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/pace"
)

// limiter records its calls.
type limiter struct {
	wait    func(context.Context) error // nil: at once
	limited func()

	mu     sync.Mutex
	waits  []frontegg.CallInfo
	limits []limitCall
}

// limitCall is a call of Limited.
type limitCall struct {
	call frontegg.CallInfo
	in   time.Duration
}

func (l *limiter) Wait(ctx context.Context, call frontegg.CallInfo) error {
	l.mu.Lock()
	l.waits = append(l.waits, call)
	l.mu.Unlock()
	if l.wait == nil {
		return nil
	}
	return l.wait(ctx)
}

func (l *limiter) Limited(call frontegg.CallInfo, until time.Time) {
	l.mu.Lock()
	l.limits = append(l.limits, limitCall{call, time.Until(until)})
	l.mu.Unlock()
	if l.limited != nil {
		l.limited()
	}
}

func TestRateLimiter_BeforeEachRequest(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for name, steps := range map[string][]responder{
			"success":           {success},
			"a 429":             {resetIn(7 * time.Second), success},
			"a rejected token":  {reply(401, ""), success},
			"two rate limits":   {resetIn(7 * time.Second), reply(429, ""), success},
			"a final status":    {reply(400, "")},
			"a long rate limit": {resetIn(time.Hour)},
		} {
			s := &fakeTransport{Respond: script(steps...), Login: script(reply(200, `{"token":"first"}`), reply(200, `{"token":"second"}`))}
			l := &limiter{}
			_ = call(t.Context(), newLoginClient(t, s, frontegg.WithRateLimiter(l)))
			requests := map[string]int{}
			for _, info := range l.waits {
				requests[info.Op]++
				if info.Op == o.Name {
					assert.Equal(t, o.Method, info.Method)
					assert.Equal(t, o.Route, info.Route)
				}
			}
			assert.Equal(t, map[string]int{o.Name: len(s.Seen), "auth.vendor": len(s.Logins)}, requests, name)
			assert.Len(t, s.Seen, len(steps), name)
		}
	})
}

func TestRateLimiter_Limited(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: script(resetIn(7*time.Second), reply(429, ""), success)}
		l := &limiter{}
		require.NoError(t, call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(l))))
		require.Len(t, l.limits, 2)
		assert.Equal(t, o.Name, l.limits[0].call.Op)
		between(t, l.limits[0].in, 8*time.Second, 8*time.Second)
		between(t, l.limits[1].in, 5*time.Second, 10*time.Second, "the second step of the backoff")

		s, l = &fakeTransport{Respond: reply(503, "", "Retry-After", "7")}, &limiter{}
		require.Error(t, call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(l))))
		assert.Empty(t, l.limits, "a 503 is no rate limit")
	})
}

// errLimiter is an error of a limiter.
var errLimiter = errors.New("limiter out of order")

func TestRateLimiter_Fails(t *testing.T) {
	for name, tt := range map[string]struct {
		wait  func(context.Context) error
		check func(*testing.T, error)
	}{
		"an error": {
			func(context.Context) error { return errLimiter },
			func(t *testing.T, err error) { require.ErrorIs(t, err, errLimiter) },
		},
		"an error with a secret": {
			func(context.Context) error { return errors.New("token token-of-the-test") },
			func(t *testing.T, err error) { require.NotContains(t, err.Error(), "token-of-the-test") },
		},
		"a panic": {
			func(context.Context) error { panic("limiter out of order") },
			func(t *testing.T, err error) { require.ErrorContains(t, err, "out of order") },
		},
		"its goroutine ends": {
			func(context.Context) error { runtime.Goexit(); return nil },
			func(t *testing.T, err error) { require.ErrorContains(t, err, "goroutine") },
		},
		"a context of its own ends": {
			func(context.Context) error { return context.DeadlineExceeded },
			func(t *testing.T, err error) { require.ErrorIs(t, err, context.DeadlineExceeded) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
				s := &fakeTransport{Respond: success}
				err := call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(&limiter{wait: tt.wait})))
				failed := as[*frontegg.TransportError](t, err)
				assert.Zero(t, failed.Attempts)
				require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				assert.Zero(t, s.Requests())
				tt.check(t, err)
			})
		})
	}
}

func TestRateLimiter_FailsBeforeARetry(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: resetIn(7 * time.Second)}
		var asked atomic.Int32
		l := &limiter{wait: func(context.Context) error {
			if asked.Add(1) > 1 {
				return errLimiter
			}
			return nil
		}}
		err := call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(l)))
		require.ErrorIs(t, err, errLimiter)
		assert.Equal(t, 429, as[*frontegg.APIError](t, err).StatusCode, "the last response")
		assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
	})
}

func TestRateLimiter_RateLimitError(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success}
		l := pace.PerMinute(10)
		l.Limited(frontegg.CallInfo{Op: o.Name, Method: o.Method, Route: o.Route}, time.Now().Add(time.Hour))
		var err error
		took := elapsed(func() { err = call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(l))) })
		assert.Zero(t, took, "at once")
		limited := as[*frontegg.RateLimitError](t, err)
		assert.Equal(t, time.Hour, time.Until(limited.RetryAt))
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, s.Requests())
	})
}

func TestRateLimiter_Hangs(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		release := make(chan struct{})
		defer close(release)
		l := &limiter{wait: func(context.Context) error { <-release; return nil }}
		c := newClient(t, &fakeTransport{Respond: success}, frontegg.WithRateLimiter(l))
		var err error
		took := elapsed(func() { err = call(t.Context(), c) })
		assert.Equal(t, 2*time.Minute, took)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errLimiter) })
		took = elapsed(func() { err = call(ctx, c) })
		assert.Equal(t, time.Second, took)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, errLimiter, "the cause")

		s := &fakeTransport{Respond: script(resetIn(7*time.Second), success)}
		l = &limiter{limited: func() { <-release }}
		took = elapsed(func() { err = call(t.Context(), newClient(t, s, frontegg.WithRateLimiter(l))) })
		require.NoError(t, err, "the call does not need Limited to return")
		between(t, took, 8*time.Second, 11*time.Second)

		s = &fakeTransport{Respond: resetIn(7 * time.Second)}
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer stop()
		took = elapsed(func() { err = call(ctx, newClient(t, s, frontegg.WithRateLimiter(l))) })
		assert.LessOrEqual(t, took, 10*time.Millisecond)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// What changes while a call waits for the limiter is seen before it sends.
func TestRateLimiter_TokenExpiresMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: success, Login: script(reply(200, `{"token":"first","expiresIn":10}`), reply(200, `{"token":"second","expiresIn":3600}`))}
		l := pace.PerMinute(60)
		l.Limited(frontegg.CallInfo{Method: http.MethodGet, Route: op.List.Route}, time.Now().Add(time.Minute))
		_, err := newLoginClient(t, s, frontegg.WithRateLimiter(l)).Groups.List(t.Context())
		require.NoError(t, err)
		require.Len(t, s.Seen, 1)
		assert.Equal(t, "Bearer second", s.Seen[0].Header.Get("Authorization"))
	})
}

func TestRateLimiter_ClosedMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: success}
		var c *frontegg.Client
		l := &limiter{wait: func(context.Context) error { return c.Close() }}
		c = newClient(t, s, frontegg.WithRateLimiter(l))
		_, err := c.Groups.List(t.Context())
		require.ErrorContains(t, err, "closed")
		assert.Zero(t, s.Requests())
	})
}

func TestRateLimiter_BlockedMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: script(resetIn(20*time.Second), success)}
		both := make(chan struct{})
		var asked atomic.Int32
		l := &limiter{wait: func(context.Context) error {
			switch asked.Add(1) {
			case 1:
				<-both
			case 2:
				close(both)
				<-time.After(5 * time.Second)
			}
			return nil
		}}
		c := newClient(t, s, frontegg.WithRateLimiter(l))
		var calls sync.WaitGroup
		for range 2 {
			calls.Go(func() {
				_, err := c.Groups.List(t.Context())
				assert.NoError(t, err)
			})
		}
		calls.Wait()
		require.Len(t, s.Seen, 3)
		for _, wait := range s.Waits() {
			assert.True(t, wait < 3*time.Second || wait > 20*time.Second, "sent after %v", wait)
		}
	})
}

func TestRateLimiter_Waited(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: success}
		var result frontegg.CallResult
		hook := func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
			return ctx, func(r frontegg.CallResult) { result = r }
		}
		l := pace.PerMinute(1)
		l.Limited(frontegg.CallInfo{Method: http.MethodGet, Route: op.List.Route}, time.Now().Add(10*time.Second))
		_, err := newClient(t, s, frontegg.WithRateLimiter(l), frontegg.WithHook(hook)).Groups.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 10*time.Second, result.Waited)
	})
}
