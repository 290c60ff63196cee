package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// longestSnooze is for a rate limit that lasts for days: whether it still holds is
// tried once an hour, as the client does.
const longestSnooze = time.Hour

// verdict tells River what becomes of a job that ended with err:
//   - rate limited: it waits until the limit ends, an hour at most, and that is no
//     failed attempt;
//   - out of time, but some writes were done: it goes on, and that is none either;
//   - refused: it is cancelled, a person must look;
//   - anything else: River tries again later, until the job has failed maxAttempts
//     times. A job that was stopped with the process is one of these to us; River
//     does not count its attempt.
func verdict(err error, attempt int, progressed bool) error {
	switch until, isLimited := retryAt(err); {
	case isFatal(err):
		return river.JobSnooze(10 * time.Second) // not the job's fault
	case isLimited:
		return river.JobSnooze(min(max(0, time.Until(until)), longestSnooze) + rand.N(2*time.Second))
	case errors.Is(err, context.DeadlineExceeded) && progressed:
		return river.JobSnooze(0)
	case isRefused(err, attempt):
		return river.JobCancel(err)
	}
	return err
}

// retryAt returns when the rate limit that err is about ends.
func retryAt(err error) (time.Time, bool) {
	limit, ok := errors.AsType[*frontegg.RateLimitError](err)
	if !ok {
		return time.Time{}, false
	}
	return limit.RetryAt, true
}

// isFatal reports whether err is about the credentials: then no tenant's job can
// succeed, and the process ends. A service that issues no tokens for a while is
// another matter.
func isFatal(err error) bool {
	if errors.Is(err, frontegg.ErrUnauthorized) {
		return true
	}
	auth, ok := errors.AsType[*frontegg.AuthError](err)
	if !ok {
		return false
	}
	response, ok := errors.AsType[*frontegg.APIError](auth)
	return ok && response.StatusCode < http.StatusInternalServerError && response.StatusCode != http.StatusTooManyRequests
}

// isRefused reports whether a retry does not help: the input is wrong, a
// guard tripped, or Frontegg refused a request twice. Once may be due to somebody
// who changed the same groups meanwhile.
func isRefused(err error, attempt int) bool {
	if _, ok := errors.AsType[*inputError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*openError](err); ok && !errors.Is(err, groupsync.ErrIncomplete) {
		return true
	}
	if _, ok := errors.AsType[*groupsync.GuardError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*frontegg.ValidationError](err); ok {
		return true
	}
	if errors.Is(err, groupsync.ErrIncomplete) {
		return attempt > 1
	}
	response, ok := errors.AsType[*frontegg.APIError](err)
	return ok && attempt > 1 && slices.Contains([]int{
		http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound,
		http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity,
	}, response.StatusCode)
}
