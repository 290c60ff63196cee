package redact

import (
	"context"
	"errors"
	"fmt"
	"io"
)

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
