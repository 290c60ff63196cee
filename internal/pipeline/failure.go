package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/redact"
)

// Kind says what ended a call.
type Kind uint8

// The kinds.
const (
	ErrorStatus Kind = iota + 1 // the server answered, not 2xx
	NoResponse                  // the last attempt had no complete answer
	Canceled                    // the context or the call's time ended
	RateLimited                 // a rate limit lasts longer than the call would wait
	NoToken                     // no token could be had
)

// Failure is what is known about a call that did not succeed. It holds no
// secret, and nothing that later calls use.
type Failure struct {
	Kind     Kind
	Err      error     // the cause; nil where the answer is
	Note     string    // why the call ended here, where that is not plain
	Unknown  bool      // the operation may or may not have run
	RetryAt  time.Time // when a limit ends; zero: not known
	Attempts int

	// The last answer, where it is part of the failure; else Status is 0.
	Status  int
	Header  http.Header
	Body    []byte
	TraceID string
}

// fail ends the call.
func (c *call) fail(f Failure) {
	f.Attempts = c.attempts
	f.Unknown = f.Unknown || c.unknown()
	if c.answer.Status != 0 && f.Kind != NoResponse {
		clean := c.pipeline.Redact
		f.Status = c.answer.Status
		f.Header = clean.Header(c.answer.Header)
		f.TraceID = TraceID(f.Header)
		f.Body = Excerpt(c.answer.Body, clean)
	}
	c.failure = &f
}

// Excerpt returns the start of a body without secrets, at most MaxError bytes. A
// body that reaches beyond what is looked at may end in part of a secret there,
// which is cut off, wherever the removal of others has moved it.
func Excerpt(body []byte, clean *redact.Redactor) []byte {
	seen := body[:min(len(body), MaxError+LongestSecret)]
	out := slices.Clone(clean.Bytes(seen))
	if len(seen) == MaxError+LongestSecret {
		out = out[:max(0, len(out)-LongestSecret)]
	}
	return out[:min(len(out), MaxError)]
}

// interrupt ends a call whose context ended: in a wait, in which case the last
// answer is part of the failure, or in an attempt.
func (c *call) interrupt(ctx context.Context) {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != err { //nolint:errorlint // a cause that wraps the error tells more
		err = join(err, cause)
	}
	if last := c.outcome.Err; last != nil && !errors.Is(last, ctx.Err()) {
		err = fmt.Errorf("%w; the last attempt failed: %w", err, last)
	}
	c.fail(Failure{Kind: Canceled, Err: err})
}

// overtime ends a call whose own time is up, which the context knows nothing of.
func (c *call) overtime() {
	limit := "the time for a call and its retries is up"
	if c.ends {
		limit = "the timeout of the call is over"
	}
	c.fail(Failure{Kind: Canceled, Err: join(fmt.Errorf("%s: %w", limit, context.DeadlineExceeded), c.outcome.Err)})
}

// join is two errors in one line. The second may be nil, or the same once more.
func join(err, cause error) error {
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
