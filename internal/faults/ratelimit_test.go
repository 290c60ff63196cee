package faults

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

const resetHeader = "X-Rate-Limit-Reset"

// resetIn responds 429 with a reset in d, in whole seconds.
func resetIn(d time.Duration) responder {
	return reply(429, "", resetHeader, strconv.Itoa(int(d.Seconds())))
}

// between requires from <= d <= to.
func between(t testing.TB, d, from, to time.Duration, hint ...any) {
	t.Helper()
	assert.GreaterOrEqual(t, d, from, hint...)
	assert.LessOrEqual(t, d, to, hint...)
}

// limitForms are headers of a 429 and the wait that follows.
var limitForms = func() []limitForm {
	now := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
	httpDate := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	ladder := [2]time.Duration{time.Second, 2 * time.Second}
	return []limitForm{
		{"reset as a date", func() []string { return []string{resetHeader, now(7 * time.Second)} }, 8 * time.Second, 10 * time.Second},
		{"reset in seconds", func() []string { return []string{resetHeader, "7"} }, 8 * time.Second, 10 * time.Second},
		{"reset by a clock an hour ahead", func() []string {
			return []string{resetHeader, now(time.Hour + 7*time.Second), "Date", httpDate(time.Hour)}
		}, 8 * time.Second, 10 * time.Second},
		{"reset by a clock an hour behind", func() []string {
			return []string{resetHeader, now(7*time.Second - time.Hour), "Date", httpDate(-time.Hour)}
		}, 8 * time.Second, 10 * time.Second},
		{"Retry-After in seconds", func() []string { return []string{"Retry-After", "7"} }, 7 * time.Second, 9 * time.Second},
		{"Retry-After as a date", func() []string { return []string{"Retry-After", httpDate(7 * time.Second)} }, 8 * time.Second, 10 * time.Second},
		{"reset before Retry-After", func() []string { return []string{resetHeader, "7", "Retry-After", "30"} }, 8 * time.Second, 10 * time.Second},
		{"no header", func() []string { return nil }, ladder[0], ladder[1]},
		{"reset in the past", func() []string { return []string{resetHeader, now(-time.Minute)} }, ladder[0], ladder[1]},
		{"reset malformed", func() []string { return []string{resetHeader, "soon"} }, ladder[0], ladder[1]},
		{"reset negative", func() []string { return []string{resetHeader, "-7"} }, ladder[0], ladder[1]},
		{"reset overflowing", func() []string { return []string{resetHeader, "99999999999999999999"} }, ladder[0], ladder[1]},
		{"reset NaN", func() []string { return []string{resetHeader, "NaN"} }, ladder[0], ladder[1]},
		{"reset zero", func() []string { return []string{resetHeader, "0"} }, ladder[0], ladder[1]},
		{"Retry-After zero", func() []string { return []string{"Retry-After", "0"} }, ladder[0], ladder[1]},
		{"Retry-After negative", func() []string { return []string{"Retry-After", "-7"} }, ladder[0], ladder[1]},
		{"Retry-After in the past", func() []string { return []string{"Retry-After", httpDate(-time.Minute)} }, ladder[0], ladder[1]},
		{"Retry-After NaN", func() []string { return []string{"Retry-After", "NaN"} }, ladder[0], ladder[1]},
		{"reset in the past, Retry-After good", func() []string { return []string{resetHeader, now(-time.Minute), "Retry-After", "7"} }, 7 * time.Second, 9 * time.Second},
	}
}()

type limitForm struct {
	name     string
	header   func() []string
	from, to time.Duration
}

func TestRateLimit_HeaderForms(t *testing.T) {
	t.Parallel()
	for _, tt := range limitForms {
		t.Run(tt.name, func(t *testing.T) {
			forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
				s := &fakeTransport{Respond: script(reply(429, "", tt.header()...), success)}
				require.NoError(t, call(t.Context(), newClient(t, s)))
				require.Equal(t, 2, s.Requests())
				between(t, s.Waits()[0], tt.from, tt.to)
				requireSameRequests(t, s.Seen)
			})
		})
	}
}

func TestRateLimit_503WithHeaders(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return // a create is not retried after a 503
		}
		s := &fakeTransport{Respond: script(reply(503, "", "Retry-After", "20"), reply(503, "", resetHeader, "20"), success)}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		require.Equal(t, 3, s.Requests())
		between(t, s.Waits()[0], 20*time.Second, 22*time.Second)
		between(t, s.Waits()[1], 21*time.Second, 23*time.Second)

		s = &fakeTransport{Respond: reply(503, "", "Retry-After", "3600")}
		err := call(t.Context(), newClient(t, s))
		limited := as[*frontegg.RateLimitError](t, err)
		assert.Equal(t, time.Hour, time.Until(limited.RetryAt))
		assert.Equal(t, 503, as[*frontegg.APIError](t, err).StatusCode)
		assert.Equal(t, 1, s.Requests())
	})
}

func TestRateLimit_503DoesNotBlockRoute(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{Respond: script(reply(503, ""), success)}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		between(t, s.Waits()[0], 50*time.Millisecond, 300*time.Millisecond, "the longer backoff is for 429")
		s = &fakeTransport{Respond: script(reply(503, "", "Retry-After", "3600"), success)}
		c := newClient(t, s)
		require.Error(t, call(t.Context(), c))
		assert.Zero(t, elapsed(func() { require.NoError(t, call(t.Context(), c)) }), "other calls are not delayed")
	})
}

func TestRateLimit_OtherStatuses(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{Respond: script(reply(502, "", "Retry-After", "60", resetHeader, "60"), success)}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		between(t, s.Waits()[0], 50*time.Millisecond, 300*time.Millisecond)
	})
}

func TestRateLimit_LongerThanMaxWait(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for _, tt := range []struct {
			policy frontegg.RetryPolicy
			reset  time.Duration
			waits  bool
		}{
			{frontegg.RetryPolicy{}, 73 * time.Second, true},
			{frontegg.RetryPolicy{}, 75 * time.Second, false}, // plus a second for the missing fraction
			{frontegg.RetryPolicy{}, time.Hour, false},
			{frontegg.RetryPolicy{MaxWait: 5 * time.Second}, 3 * time.Second, true},
			{frontegg.RetryPolicy{MaxWait: 5 * time.Second}, 5 * time.Second, false},
			{frontegg.RetryPolicy{MaxWait: -1}, time.Second, false},
		} {
			s := &fakeTransport{Respond: script(resetIn(tt.reset), success)}
			c := newClient(t, s, frontegg.WithRetry(tt.policy))
			var err error
			took := elapsed(func() { err = call(t.Context(), c) })
			if tt.waits {
				require.NoError(t, err)
				longest := tt.policy.MaxWait
				if longest == 0 {
					longest = 75 * time.Second
				}
				between(t, took, tt.reset+time.Second, longest)
				continue
			}
			assert.Zero(t, took)
			assert.Equal(t, 1, s.Requests())
			limited := as[*frontegg.RateLimitError](t, err)
			assert.Equal(t, tt.reset+time.Second, time.Until(limited.RetryAt))
			require.ErrorIs(t, err, frontegg.ErrRateLimited)
			assert.Equal(t, 429, as[*frontegg.APIError](t, err).StatusCode)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			_ = as[*frontegg.RateLimitError](t, call(t.Context(), c))
			assert.Equal(t, 1, s.Requests(), "the next call knows the limit")
		}
		s := &fakeTransport{Respond: reply(429, "", "Retry-After", "9223372037")}
		_ = as[*frontegg.RateLimitError](t, call(t.Context(), newClient(t, s)))
		assert.Equal(t, 1, s.Requests(), "a value that overflows a Duration")
	})
}

func TestRateLimit_NoWaitsAndNoHeaders(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: reply(429, "")}
		c := newClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxWait: -1}))
		_ = as[*frontegg.RateLimitError](t, call(t.Context(), c))
		err := call(t.Context(), c)
		_ = as[*frontegg.RateLimitError](t, err)
		assert.Equal(t, 1, s.Requests(), "the second call knows of the limit")
	})
}

func TestRateLimit_LongerThanDeadline(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, opts := range map[string][]frontegg.ClientOption{
			"context": nil,
			"timeout": {frontegg.WithTimeout(10 * time.Second)},
			"elapsed": {frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: 10 * time.Second})},
		} {
			ctx := t.Context()
			if opts == nil {
				ctx = withTimeout(t, 10*time.Second)
			}
			for _, reset := range []time.Duration{30 * time.Second, 2 * time.Minute} { // the second is longer than MaxWait also
				if name == "elapsed" && reset > 75*time.Second {
					continue // MaxWait is the reason
				}
				s := &fakeTransport{Respond: resetIn(reset)}
				c := newClient(t, s, opts...)
				for i := range 3 { // later calls know the limit and send nothing
					var err error
					took := elapsed(func() { err = call(ctx, c) })
					assert.Zero(t, took, name)
					limited := as[*frontegg.RateLimitError](t, err)
					assert.Equal(t, reset+time.Second, time.Until(limited.RetryAt))
					require.ErrorIs(t, err, context.DeadlineExceeded, name)
					require.ErrorIs(t, err, frontegg.ErrRateLimited, name)
					if i == 0 {
						assert.Equal(t, 429, as[*frontegg.APIError](t, err).StatusCode)
					}
				}
				assert.Equal(t, 1, s.Requests(), name)
			}
		}
	})
}

func TestRateLimit_JitterFitsDeadline(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for range 20 {
			s := &fakeTransport{Respond: script(resetIn(8*time.Second), success)}
			c := newClient(t, s, frontegg.WithTimeout(9500*time.Millisecond))
			require.NoError(t, call(t.Context(), c), "half a second is left after the wait of nine")
			s = &fakeTransport{Respond: script(resetIn(8*time.Second), success)}
			require.NoError(t, call(withTimeout(t, 9500*time.Millisecond), newClient(t, s)))
		}
	})
}

func TestRateLimit_CanceledWhileWaiting(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		cause := errors.New("the user left")
		s := &fakeTransport{Respond: reply(429, `{"errors":["slow down"]}`, "Retry-After", "60")}
		c := newClient(t, s)
		for i := range 2 { // in the call with the response, and in a later one that waits
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(5*time.Second, func() { cancel(cause) })
			var err error
			took := elapsed(func() { err = call(ctx, c) })
			assert.Equal(t, 5*time.Second, took)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, cause)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			if i == 0 {
				assert.Equal(t, []string{"slow down"}, as[*frontegg.APIError](t, err).Messages)
			}
		}
		assert.Equal(t, 1, s.Requests())
	})
}

func TestRateLimit_PerRoute(t *testing.T) {
	forEachOperation(t, func(t *testing.T, limited *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success}
		c := newClient(t, s)
		s.Respond = reply(429, "", "Retry-After", "60")
		err := call(withTimeout(t, time.Second), c)
		_ = as[*frontegg.RateLimitError](t, err)
		s.Respond, s.Seen = success, nil
		for _, other := range operations() {
			if other == limited {
				continue
			}
			took := elapsed(func() { require.NoError(t, operationCalls[other](t.Context(), c), other.Name) })
			assert.Zero(t, took, "%s waits for %s", other.Name, limited.Name)
		}
		s.Seen = nil
		took := elapsed(func() { require.NoError(t, call(t.Context(), c.ForTenant("tenant-2"))) })
		between(t, took, 60*time.Second, 62*time.Second, "ids and tenants share a route")
		assert.Equal(t, 1, s.Requests())
	})
}

func TestRateLimit_WaitersAreSpreadOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: script(reply(429, "", "Retry-After", "10"), success)}
		c := newClient(t, s)
		var callers sync.WaitGroup
		callers.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
		synctest.Wait()
		for i := range 100 {
			callers.Go(func() {
				_, err := c.Groups.Get(t.Context(), "g"+strconv.Itoa(i), frontegg.WithTenant("t"+strconv.Itoa(i)))
				assert.NoError(t, err)
			})
		}
		began := time.Now()
		callers.Wait()
		require.Equal(t, 102, s.Requests())
		moments := map[time.Duration]bool{}
		for _, a := range s.Seen[1:] {
			between(t, a.At.Sub(began), 10*time.Second, 12*time.Second)
			moments[a.At.Sub(began).Round(100*time.Millisecond)] = true
		}
		assert.Greater(t, len(moments), 10)
	})
}

func TestRateLimit_LaterResetWins(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: delayed(script(reply(429, "", "Retry-After", "60"), reply(429, "", "Retry-After", "2"), success))}
		c := newClient(t, s)
		var callers sync.WaitGroup
		for range 2 { // both are sent before the first response
			callers.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
		}
		began := time.Now()
		callers.Wait()
		require.Equal(t, 4, s.Requests())
		for _, a := range s.Seen[2:] {
			between(t, a.At.Sub(began), 60*time.Second, 64*time.Second)
		}
	})
}

func TestRateLimit_TokenRequest(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: reply(429, "", "Retry-After", "3600")}
		err := call(t.Context(), newLoginClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrAuthentication)
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		assert.Equal(t, time.Hour, time.Until(as[*frontegg.RateLimitError](t, err).RetryAt))
		assert.Equal(t, 1, s.TokenRequests())
		assert.Zero(t, s.Requests())
	})
}

func TestRateLimit_BackoffWithoutHeaders(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: reply(429, "")}
		err := call(t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		assert.Equal(t, 4, as[*frontegg.APIError](t, err).Attempts)
		waits := s.Waits()
		require.Len(t, waits, 3)
		between(t, waits[0], time.Second, 2*time.Second)
		between(t, waits[1], 5*time.Second, 10*time.Second)
		between(t, waits[2], 30*time.Second, 60*time.Second)
	})
}
