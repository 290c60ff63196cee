// Package retry has the retry policy: which outcomes of an attempt may be retried, the
// backoff, and the budget of a client. It sends nothing and does not wait.
package retry

import (
	"math/rand/v2"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
)

// Policy limits retries and waits.
type Policy struct {
	MaxAttempts    int           // attempts in all
	AttemptTimeout time.Duration // one attempt, body included
	MaxElapsed     time.Duration // the whole call, waits included
	MaxWait        time.Duration // the longest wait for a rate limit; negative: none
}

// Outcome is the outcome of an attempt.
type Outcome struct {
	Status  int   // of a complete response; 0 if there is none
	Err     error // why there is no response
	NotSent bool  // the request was provably not sent, or not processed
	Refused bool  // an HTTP/2 server refused the stream
	Paid    bool  // the budget has paid for the failure of the connection
}

// Success reports whether the status is 2xx.
func (o Outcome) Success() bool { return o.Status >= 200 && o.Status <= 299 }

// MaybeProcessed reports whether the server may have processed the request although
// there is no success. A request that got a 4xx was not processed.
func (o Outcome) MaybeProcessed() bool {
	switch o.Status {
	case 0:
		return !o.NotSent
	case 408:
		return true
	}
	return o.Status >= 500
}

// Retryable reports whether an operation of the class may be retried after the
// outcome, and may succeed then.
func Retryable(class op.Class, o Outcome) bool {
	if class == op.NonIdempotent && o.MaybeProcessed() {
		return false
	}
	if o.Status == 0 {
		return isTransient(o.Err)
	}
	switch o.Status {
	case 408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524:
		return true
	}
	return false
}

// MaxRefused is how many refused streams of a call do not count as attempts. A burst
// of calls opens streams before the client knows how many the server allows.
const MaxRefused = 10

// RefusedBackoff returns the wait after the n-th refused stream of a call, counted
// from 0.
func RefusedBackoff(n int) time.Duration { return Backoff(min(n, 2)) }

// Backoff returns the wait before retry n, counted from 0, if there is no rate
// limit. It is random, so that callers do not retry at the same time, and never 0.
func Backoff(n int) time.Duration {
	ceiling := min(8*time.Second, 250*time.Millisecond<<min(n, 10))
	return 50*time.Millisecond + rand.N(ceiling)
}

// RateLimitBackoff returns the wait after the n-th 429 of a call, counted from 0,
// if the response does not have the end of the rate limit.
func RateLimitBackoff(n int) time.Duration {
	switch n {
	case 0:
		return time.Second + rand.N(time.Second)
	case 1:
		return 5*time.Second + rand.N(5*time.Second)
	}
	return 30*time.Second + rand.N(30*time.Second)
}
