package pipeline

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/token"
)

// authorize gets a token that lives. It is false where the call ends here.
func (c *call) authorize(ctx context.Context) bool {
	if c.request.Op.Scope == op.Anonymous {
		return true
	}
	t, err := c.pipeline.Tokens.Token(ctx, c.deadline)
	switch {
	case err == nil && c.outcome.Status == http.StatusUnauthorized && t.Value == c.token.Value:
		// The source has no other token than the one that was refused.
		c.fail(Failure{Kind: ErrorStatus})
		return false
	case err == nil:
		c.token = t
		return true
	case ctx.Err() != nil:
		c.interrupt(ctx)
	case !time.Now().Before(c.deadline):
		c.overtime()
	case errors.Is(err, token.ErrClosed):
		c.fail(Failure{Kind: NoResponse, Err: err})
	default:
		c.fail(Failure{Kind: NoToken, Err: err})
	}
	return false
}
