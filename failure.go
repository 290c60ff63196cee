package frontegg

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// unknownAdvice is what to do about a create of which it is open whether it
// happened.
const unknownAdvice = "the outcome is unknown: look the group up by name, or call Ensure, which is safe to repeat"

// failed makes the public error of a failure.
func failed(o *op.Operation, f *pipeline.Failure, clean *redact.Redactor) error {
	state := outcome{unknown: f.Unknown, note: f.Note}
	if state.unknown && state.note == "" {
		state.note = unknownAdvice
	}
	answered := func() error {
		if f.Status == 0 {
			return nil
		}
		return answerError(o, f, clean, state)
	}
	broken := func(err error) error {
		return &TransportError{Op: o.Name, Method: o.Method, Path: o.Route, Attempts: f.Attempts, Err: err, state: state}
	}
	switch f.Kind {
	case pipeline.ErrorStatus:
		return answered()
	case pipeline.Canceled:
		state.answered = f.Status != 0
		return broken(ended(f.Err, answered()))
	case pipeline.RateLimited:
		return &RateLimitError{Op: o.Name, Path: o.Route, RetryAt: f.RetryAt, Err: ended(f.Err, answered())}
	case pipeline.NoToken:
		return &AuthError{Err: ended(f.Err, answered())}
	default:
		return broken(f.Err)
	}
}

// ended joins what ended a wait and the answer before it; either may be nil.
func ended(err, answer error) error {
	switch {
	case answer == nil:
		return err
	case err == nil:
		return answer
	}
	return because(fmt.Sprintf("%s; the last answer was: %s", plain(err), plain(answer)), err, answer)
}

func answerError(o *op.Operation, f *pipeline.Failure, clean *redact.Redactor, state outcome) *APIError {
	e := &APIError{
		Op: o.Name, Method: o.Method, Path: o.Route, StatusCode: f.Status, TraceID: f.TraceID,
		Attempts: f.Attempts, RetryAt: f.RetryAt, Body: f.Body, state: state,
	}
	said := wire.ReadError(f.Body)
	e.Code, e.Context = clean.Text(said.Code), clean.Object(said.Context)
	for _, m := range said.Messages {
		e.Messages = append(e.Messages, clean.Text(m))
	}
	return e
}

// unreadable makes the error of a success that cannot be read.
func unreadable(o *op.Operation, a *pipeline.Response, err error, clean *redact.Redactor) *DecodeError {
	e := &DecodeError{
		Op: o.Name, StatusCode: a.Status, TraceID: clean.Text(pipeline.TraceID(a.Header)), Err: clean.Error(err),
		contentType: clean.Text(a.Header.Get("Content-Type")),
	}
	if o.Scope != op.Anonymous && !errors.Is(a.BodyErr, pipeline.ErrTooLarge) { // a token answer may hold a token
		e.Body = pipeline.Excerpt(a.Body, clean)
	}
	if o.Class == op.NonIdempotent {
		e.state = outcome{unknown: true, note: unknownAdvice}
	}
	return e
}

// respond fills the caller's Response.
func (c *call) respond(status int, header http.Header, attempts int) {
	dst := c.options.response
	if dst == nil || status == 0 {
		return
	}
	clean := c.service.client.core.pipeline.Redact
	header = clean.Header(header)
	limit := ratelimit.Read(header, time.Now())
	*dst = Response{
		StatusCode: status, Header: header, TraceID: pipeline.TraceID(header), Attempts: attempts,
		RateLimit: RateLimit{Limit: limit.Limit, Remaining: limit.Remaining, Reset: limit.Reset},
	}
}
