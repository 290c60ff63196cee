package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/redact"
)

// Kind is the reason for a failure.
type Kind uint8

// The kinds.
const (
	ErrorStatus Kind = iota + 1 // the response is not a 2xx
	NoResponse                  // the last attempt got no complete response
	Canceled                    // the context or the time of the call ended
	RateLimited                 // a rate limit lasts longer than the call waits
	NoToken                     // no access token could be obtained
)

// Failure describes a call that failed. It contains no secrets and shares no memory with
// later calls.
type Failure struct { //nolint:errname // it is an error between the stages only
	Kind     Kind
	Err      error     // the cause; nil if it is the response
	Note     string    // why the call was not retried; may be empty
	Unknown  bool      // the operation may or may not have been processed
	RetryAt  time.Time // when a rate limit ends; zero if that is not known
	Attempts int

	// The last response if it is part of the failure. Otherwise Status is 0.
	Status  int
	Header  http.Header
	Body    []byte
	TraceID string
}

func (f *Failure) Error() string { return fmt.Sprintf("status %d: %v", f.Status, f.Err) }

// fail completes f with the state of the call.
func (c *call) fail(f Failure) *Failure {
	f.Attempts = c.attempts
	if c.request.Op.Class == op.NonIdempotent && c.attempts > 0 && c.outcome.MaybeProcessed() {
		f.Unknown = true
	}
	if r := c.response; r != nil && f.Kind != NoResponse {
		clean := c.pipeline.Redact
		f.Status = r.StatusCode
		f.Header = clean.Header(r.Header)
		f.TraceID = TraceID(f.Header)
		f.Body = Excerpt(r.body, clean)
	}
	return &f
}

// Excerpt returns the first MaxError bytes of a body, without secrets. It drops the end
// of a longer body, which may be part of a secret.
func Excerpt(body []byte, clean *redact.Redactor) []byte {
	head := body[:min(len(body), MaxError+LongestSecret)]
	out := slices.Clone(clean.Bytes(head))
	if len(head) == MaxError+LongestSecret {
		out = out[:max(0, len(out)-LongestSecret)]
	}
	return out[:min(len(out), MaxError)]
}

// TraceID returns the trace ID of a response.
func TraceID(h http.Header) string {
	if id := h.Get("Frontegg-Trace-Id"); id != "" {
		return id
	}
	return h.Get("X-Frontegg-Trace-Id")
}

// canceled returns the failure of a call whose context ended, in a wait or in an
// attempt.
func (c *call) canceled(ctx context.Context) *Failure {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != err { //nolint:errorlint // a cause that wraps the error says more
		err = join(err, cause)
	}
	if last := c.outcome.Err; last != nil && !errors.Is(last, ctx.Err()) {
		err = fmt.Errorf("%w; the last attempt failed: %w", err, last)
	}
	return c.fail(Failure{Kind: Canceled, Err: err})
}

// deadlineExceeded returns the failure of a call whose own deadline has passed.
func (c *call) deadlineExceeded() *Failure {
	limit := "the time limit of the call and its retries has passed"
	if c.callerDeadline {
		limit = "the timeout of the call has passed"
	}
	return c.fail(Failure{Kind: Canceled, Err: join(fmt.Errorf("%s: %w", limit, context.DeadlineExceeded), c.outcome.Err)})
}

// join joins two errors in one line. cause may be nil or in the chain of err.
func join(err, cause error) error {
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
