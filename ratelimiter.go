package frontegg

import (
	"context"
	"time"
)

// RateLimiter keeps the requests of clients within a rate limit that they share,
// in one process or in many. It must be safe for concurrent use.
//
// Package pace has one for the clients of a process. The module
// github.com/frontegg-go/frontegg/fleet has one for many processes.
type RateLimiter interface {
	// Wait returns nil when a request of the call may be sent. Otherwise it returns
	// the context's error, or its own if it cannot tell. It is called once before
	// each request, retries and token requests included. It must not block longer
	// than the context allows.
	Wait(ctx context.Context, call CallInfo) error
	// Limited is called when a response asked for no requests on the call's route
	// before until: a 429, or the last response that the limit allowed. until is in
	// the future and includes the client's margin for differences between clocks.
	// Limited must return quickly and must not block on the network.
	Limited(call CallInfo, until time.Time)
}
