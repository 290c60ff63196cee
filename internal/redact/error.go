package redact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Error returns err with a text without secrets: err itself where neither its
// text nor that of an error it wraps has one. What it returns still answers
// errors.Is for what err wraps, but does not hand out err itself.
func (r *Redactor) Error(err error) error {
	if err == nil || !r.speaks(err) {
		return err
	}
	return &cleanError{text: r.Text(err.Error()), err: err}
}

// speaks says whether err, or an error that it wraps, tells a secret.
func (r *Redactor) speaks(err error) bool {
	if text := err.Error(); r.Text(text) != text {
		return true
	}
	switch err := any(err).(type) {
	case interface{ Unwrap() error }:
		inner := err.Unwrap()
		return inner != nil && r.speaks(inner)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(err.Unwrap(), r.speaks)
	}
	return false
}

// cleanError stands for an error whose text holds a secret. It has no Unwrap:
// whoever walks the chain and prints what is found must not find the text.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }

// Format writes the clean text for every verb; %#v would print the inner error.
func (e *cleanError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

// Is compares with what the hidden error wraps.
func (e *cleanError) Is(target error) bool { return errors.Is(e.err, target) }

// Timeout says whether the hidden error is a timeout, for net.Error.
func (e *cleanError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.err, &t) && t.Timeout() || errors.Is(e.err, context.DeadlineExceeded)
}

// Temporary completes net.Error.
func (e *cleanError) Temporary() bool { return false }
