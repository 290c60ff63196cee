package retry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg/internal/op"
)

func TestOutcome_Success(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{0: false, 101: false, 199: false, 200: true, 201: true, 204: true, 299: true, 300: false, 307: false, 404: false, 500: false} {
		assert.Equal(t, want, Outcome{Status: status}.Success(), "status %d", status)
	}
}

func TestOutcome_MaybeProcessed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		outcome Outcome
		want    bool
	}{
		{"no response", Outcome{Err: io.ErrUnexpectedEOF}, true},
		{"no connection", Outcome{Err: io.EOF, NotSent: true}, false},
		{"400", Outcome{Status: 400}, false},
		{"401", Outcome{Status: 401}, false},
		{"408", Outcome{Status: 408}, true},
		{"409", Outcome{Status: 409}, false},
		{"429", Outcome{Status: 429}, false},
		{"499", Outcome{Status: 499}, false},
		{"500", Outcome{Status: 500}, true},
		{"501", Outcome{Status: 501}, true},
		{"503", Outcome{Status: 503}, true},
		{"524", Outcome{Status: 524}, true},
		{"599", Outcome{Status: 599}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.outcome.MaybeProcessed())
		})
	}
}

func TestRetryable_IdempotentStatuses(t *testing.T) {
	t.Parallel()
	retried := map[int]bool{
		408: true, 429: true, 500: true, 502: true, 503: true, 504: true,
		520: true, 521: true, 522: true, 523: true, 524: true,
	}
	for status := 100; status < 600; status++ {
		assert.Equal(t, retried[status], Retryable(op.Idempotent, Outcome{Status: status}), "status %d", status)
	}
}

func TestRetryable_NonIdempotent(t *testing.T) {
	t.Parallel()
	for status := 100; status < 600; status++ {
		assert.Equal(t, status == 429, Retryable(op.NonIdempotent, Outcome{Status: status}), "status %d", status)
	}
	broken := io.ErrUnexpectedEOF
	assert.False(t, Retryable(op.NonIdempotent, Outcome{Err: broken}), "may have been received")
	assert.True(t, Retryable(op.NonIdempotent, Outcome{Err: broken, NotSent: true}), "no connection")
	assert.False(t, Retryable(op.NonIdempotent, Outcome{Err: context.DeadlineExceeded}), "attempt timeout")
	assert.True(t, Retryable(op.Idempotent, Outcome{Err: broken}), "idempotent")
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	ceilings := []time.Duration{
		250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second,
	}
	for n, ceiling := range ceilings {
		var shortest, longest time.Duration = time.Hour, 0
		for range 2000 {
			wait := Backoff(n)
			shortest, longest = min(shortest, wait), max(longest, wait)
		}
		assert.GreaterOrEqual(t, shortest, 50*time.Millisecond, "retry %d", n)
		assert.Less(t, shortest, 50*time.Millisecond+ceiling/2, "retry %d: not random", n)
		assert.Less(t, longest, 50*time.Millisecond+ceiling, "retry %d", n)
		assert.Greater(t, longest, 50*time.Millisecond+ceiling/2, "retry %d: does not grow", n)
	}
	for _, n := range []int{10, 62, 63, 64, 1 << 30} {
		assert.InDelta(t, float64(4*time.Second), float64(Backoff(n)), float64(4050*time.Millisecond), "retry %d: overflow", n)
	}
}

func TestRateLimitBackoff(t *testing.T) {
	t.Parallel()
	steps := []struct{ from, to time.Duration }{
		{time.Second, 2 * time.Second},
		{5 * time.Second, 10 * time.Second},
		{30 * time.Second, time.Minute},
		{30 * time.Second, time.Minute},
	}
	for n, step := range steps {
		seen := map[time.Duration]bool{}
		for range 500 {
			wait := RateLimitBackoff(n)
			seen[wait] = true
			assert.GreaterOrEqual(t, wait, step.from, "step %d", n)
			assert.Less(t, wait, step.to, "step %d", n)
		}
		assert.Greater(t, len(seen), 400, "step %d is not random", n)
	}
}

// wrapped returns err wrapped in others, as net/http may return it.
func wrapped(err error) error { return fmt.Errorf("http: %w", errors.Join(err)) }
