package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

func TestVerdict(t *testing.T) {
	response := func(status int) error { return fmt.Errorf("step 3: %w", &frontegg.APIError{StatusCode: status}) }
	const cancelled, retried = "cancelled", "retried"
	tests := map[string]struct {
		err        error
		attempt    int
		progressed bool
		want       string
	}{
		"a bad file":                       {&inputError{"a.csv", "line 2"}, 1, false, cancelled},
		"a guard":                          {fmt.Errorf("x: %w", &groupsync.GuardError{}), 1, false, cancelled},
		"an invalid argument":              {&frontegg.ValidationError{}, 1, false, cancelled},
		"not found, once":                  {response(http.StatusNotFound), 1, true, retried},
		"not found, twice":                 {response(http.StatusNotFound), 2, true, cancelled},
		"a conflict, twice":                {response(http.StatusConflict), 2, false, cancelled},
		"an outage":                        {response(http.StatusServiceUnavailable), 5, true, retried},
		"an unknown outcome":               {frontegg.ErrOutcomeUnknown, 5, true, retried},
		"stopped with the process":         {context.Canceled, 1, true, retried},
		"out of time without a write":      {context.DeadlineExceeded, 1, false, retried},
		"out of time after some writes":    {fmt.Errorf("step: %w", context.DeadlineExceeded), 1, true, "snoozed 0s"},
		"no token for a while":             {&frontegg.AuthError{Err: response(http.StatusBadGateway)}, 1, false, retried},
		"credentials that are refused":     {&frontegg.AuthError{Err: response(http.StatusUnauthorized)}, 1, false, "snoozed 10s"},
		"no token within the rate limit":   {&frontegg.AuthError{Err: response(http.StatusTooManyRequests)}, 1, false, retried},
		"a rate limit that has just ended": {&frontegg.RateLimitError{RetryAt: time.Now().Add(-time.Minute)}, 1, false, "snoozed soon"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := verdict(tt.err, tt.attempt, tt.progressed)
			snooze, isSnoozed := errors.AsType[*river.JobSnoozeError](got)
			_, isCancelled := errors.AsType[*river.JobCancelError](got)
			switch {
			case isSnoozed && tt.want == "snoozed soon":
				assert.LessOrEqual(t, snooze.Duration, 2*time.Second)
			case isSnoozed:
				assert.Equal(t, tt.want, "snoozed "+snooze.Duration.String())
			case isCancelled:
				assert.Equal(t, tt.want, cancelled)
			default:
				assert.Equal(t, tt.want, retried)
				assert.Equal(t, tt.err, got)
			}
		})
	}
}

func TestVerdict_RateLimit(t *testing.T) {
	err := fmt.Errorf("step 1: %w", &frontegg.RateLimitError{RetryAt: time.Now().Add(time.Hour)})
	snooze, ok := errors.AsType[*river.JobSnoozeError](verdict(err, 6, false))
	require.True(t, ok)
	assert.InDelta(t, time.Hour, snooze.Duration, float64(10*time.Minute))

	err = &frontegg.RateLimitError{RetryAt: time.Now().AddDate(10, 0, 0)}
	snooze, ok = errors.AsType[*river.JobSnoozeError](verdict(err, 6, false))
	require.True(t, ok)
	assert.InDelta(t, time.Hour, snooze.Duration, float64(10*time.Minute), "a limit that never ends")
}
