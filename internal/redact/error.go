package redact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Error returns an error like err without secrets: err itself if neither its text
// nor that of a wrapped error has one. errors.Is is true for the same errors as with
// err, but the chain does not contain err.
func (r *Redactor) Error(err error) error {
	if err == nil || !r.containsSecret(err) {
		return err
	}
	return &cleanError{text: r.Text(err.Error()), err: err}
}

// containsSecret reports whether the text of err or of a wrapped error contains a
// secret.
func (r *Redactor) containsSecret(err error) bool {
	if text := err.Error(); r.Text(text) != text {
		return true
	}
	switch err := any(err).(type) {
	case interface{ Unwrap() error }:
		inner := err.Unwrap()
		return inner != nil && r.containsSecret(inner)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(err.Unwrap(), r.containsSecret)
	}
	return false
}

// cleanError replaces an error whose text contains a secret. It has no Unwrap, so
// that printing every error in the chain does not show the text.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }

// Format writes the text for every verb. Without it %#v would print the inner error.
func (e *cleanError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

// Is reports whether errors.Is is true for the hidden error.
func (e *cleanError) Is(target error) bool { return errors.Is(e.err, target) }

// Timeout reports whether the hidden error is a timeout. It is for net.Error.
func (e *cleanError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.err, &t) && t.Timeout() || errors.Is(e.err, context.DeadlineExceeded)
}

// Temporary returns false. It is for net.Error.
func (e *cleanError) Temporary() bool { return false }
