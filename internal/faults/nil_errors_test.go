package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
)

// A nil pointer in an error variable is not a nil error: programs log it.
func TestErrors_NilPointers(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		(*frontegg.APIError)(nil), (*frontegg.TransportError)(nil), (*frontegg.DecodeError)(nil), (*frontegg.ValidationError)(nil),
		(*frontegg.RateLimitError)(nil), (*frontegg.AuthError)(nil), (*frontegg.BatchError)(nil),
	} {
		for name, use := range map[string]func(error){
			"Error":     func(err error) { assert.NotEmpty(t, err.Error()) },
			"Is":        func(err error) { assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown) },
			"Is status": func(err error) { assert.NotErrorIs(t, err, frontegg.ErrNotFound) },
			"As":        func(err error) { _, found := errors.AsType[*net.OpError](err); assert.False(t, found) },
			"Unwrap":    func(err error) { assert.NotErrorIs(t, err, context.Canceled) },
			"RetryAt":   func(err error) { _, limited := frontegg.RetryAt(err); assert.False(t, limited) },
			"join":      func(err error) { assert.NotEmpty(t, errors.Join(err, err).Error()) },
			"cause":     func(err error) { assert.NotEmpty(t, (&frontegg.AuthError{Err: err}).Error()) },
		} {
			assert.NotPanics(t, func() { use(err) }, "%s of a nil %T", name, err)
			assert.NotPanics(t, func() { use(fmt.Errorf("wrapped: %w", err)) }, "%s of a wrapped nil %T", name, err)
		}
	}
	assert.NotPanics(t, func() { _ = (*frontegg.APIError)(nil).LogValue() })
}
