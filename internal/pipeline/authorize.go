package pipeline

import (
	"context"
	"errors"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/token"
)

// authorize gets a token that lives. It is false where the call ends here.
func (c *call) authorize(ctx context.Context) bool {
	if c.request.Op.Scope == op.Anonymous {
		return true
	}
	waiting, cancel := ctx, context.CancelFunc(func() {})
	if c.ends {
		waiting, cancel = context.WithDeadline(ctx, c.deadline)
	}
	defer cancel()
	t, err := c.pipeline.Tokens.Token(waiting)
	switch {
	case err == nil && c.replayed && t.Value == c.token.Value:
		// The source has no other token than the one that was refused.
		c.fail(Failure{Kind: Refused})
		return false
	case err == nil:
		c.token = t
		return true
	case waiting.Err() != nil:
		c.interrupt(waiting)
	case errors.Is(err, token.ErrClosed):
		c.fail(Failure{Kind: Broken, Err: err})
	default:
		c.fail(Failure{Kind: NoToken, Err: err})
	}
	return false
}
