// Package retry decides whether an attempt is followed by another, and runs the
// attempts of a call through go-retryablehttp, of which it is the only user. It
// does not know what an attempt consists of.
package retry

import (
	"math/rand/v2"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
)

// Policy is the part of the rules that a client can set.
type Policy struct {
	MaxAttempts    int           // attempts in all
	AttemptTimeout time.Duration // one attempt, body included
	MaxElapsed     time.Duration // the whole call, waits included
	MaxWait        time.Duration // the longest wait for a limit; negative: none
}

// Outcome is how an attempt ended.
type Outcome struct {
	Status int   // of a complete answer; 0: there is none
	Err    error // why there is none
	Unsent bool  // the connection was provably never made
}

// Success says whether the answer is one.
func (o Outcome) Success() bool { return o.Status >= 200 && o.Status <= 299 }

// MayHaveRun says whether it is open what the server did: it may have acted
// although the client does not know. A refusal is not open: a 4xx did not run.
func (o Outcome) MayHaveRun() bool {
	switch o.Status {
	case 0:
		return !o.Unsent
	case 408:
		return true
	}
	return o.Status >= 500
}

// Retryable says whether an operation of the class may be sent again after the
// outcome, and whether that is worth it.
func Retryable(class op.Class, o Outcome) bool {
	if class == op.NonIdempotent && o.MayHaveRun() {
		return false
	}
	if o.Status == 0 {
		return worthRepeating(o.Err)
	}
	switch o.Status {
	case 408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524:
		return true
	}
	return false
}

// Backoff is the wait before retry n, counted from 0, when no limit says
// otherwise: never zero, and random so that callers do not come back together.
func Backoff(n int) time.Duration {
	ceiling := min(8*time.Second, 250*time.Millisecond<<min(n, 10))
	return 50*time.Millisecond + rand.N(ceiling)
}

// Ladder is the wait after the n-th 429 of a call, counted from 0, when the
// server does not say when its limit ends.
func Ladder(n int) time.Duration {
	switch n {
	case 0:
		return time.Second + rand.N(time.Second)
	case 1:
		return 5*time.Second + rand.N(5*time.Second)
	}
	return 30*time.Second + rand.N(30*time.Second)
}
