package pipeline

import (
	"errors"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/token"
)

// authorize gets an access token, and waits for one if needed.
func (c *call) authorize(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	if c.request.Op.Scope == op.Anonymous {
		return next.RoundTrip(req)
	}
	ctx := req.Context()
	t, err := c.pipeline.Tokens.Token(ctx, c.deadline)
	switch {
	case err == nil && c.outcome.Status == http.StatusUnauthorized && t.Value == c.token.Value:
		// The source has no other token than the one that was rejected.
		return nil, c.fail(Failure{Kind: ErrorStatus})
	case err == nil:
		c.token = t
		return next.RoundTrip(req)
	case ctx.Err() != nil:
		return nil, c.canceled(ctx)
	case !time.Now().Before(c.deadline):
		return nil, c.deadlineExceeded()
	case errors.Is(err, token.ErrClosed):
		return nil, c.fail(Failure{Kind: NoResponse, Err: err})
	}
	return nil, c.fail(Failure{Kind: NoToken, Err: err})
}
