package frontegg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/token"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// login exchanges a client id and a secret for a token.
type login struct {
	op     *op.Operation
	id     string
	secret Secret
}

// loginAttempts is how often a token request is sent at most.
const loginAttempts = 3

// fetch returns how p gets its tokens by the login.
func (l *login) fetch(p *pipeline.Pipeline) func(context.Context) (*token.Token, error) {
	body, _ := json.Marshal(struct {
		ClientID string `json:"clientId"`
		Secret   string `json:"secret"`
	}{l.id, l.secret.Reveal()}) // visible ASCII, so this cannot fail
	policy := p.Policy
	policy.MaxAttempts = min(policy.MaxAttempts, loginAttempts)
	policy.MaxElapsed = min(policy.MaxElapsed, token.FetchTimeout-time.Second) // so that it ends with an error of its own
	return func(ctx context.Context) (*token.Token, error) {
		began := time.Now()
		answer, failure := p.Do(ctx, &pipeline.Request{Op: l.op, Body: body, Policy: &policy})
		if failure != nil {
			return nil, failed(l.op, failure, p.Redact)
		}
		defer answer.Release()
		if answer.BodyErr != nil {
			return nil, unreadable(l.op, &answer, answer.BodyErr, p.Redact)
		}
		t, err := token.Parse(answer.Body, began)
		if err != nil {
			return nil, unreadable(l.op, &answer, err, p.Redact)
		}
		p.Redact.AddToken(t.Value)
		if t.Refresh != "" {
			p.Redact.AddToken(t.Refresh)
		}
		return t, nil
	}
}

// fromSource returns how tokens come from a caller's source.
func fromSource(ts TokenSource, clean *redact.Redactor) func(context.Context) (*token.Token, error) {
	return func(ctx context.Context) (*token.Token, error) {
		t, err := ts.Token(ctx)
		if err != nil {
			return nil, clean.Error(err)
		}
		value := t.Value.Reveal()
		if reason := validate.Token(value); reason != "" {
			return nil, errors.New("the token of the TokenSource " + reason)
		}
		clean.AddToken(value)
		return token.New(value, t.Expiry), nil
	}
}

// recovered makes an error of a panic in fetch, which runs in a goroutine that
// nobody else could recover.
func recovered(fetch func(context.Context) (*token.Token, error), clean *redact.Redactor) func(context.Context) (*token.Token, error) {
	return func(ctx context.Context) (t *token.Token, err error) {
		defer func() {
			if r := recover(); r != nil {
				err = clean.Error(fmt.Errorf("the fetch of a token panicked: %v", r))
			}
		}()
		return fetch(ctx)
	}
}

// fixedToken is the TokenSource of a token that never changes.
type fixedToken struct{ value Secret }

func (f fixedToken) Token(context.Context) (Token, error) { return Token{Value: f.value}, nil }

// NewTokenSource returns a [TokenSource] that logs in with the credentials among
// opts, for a program that keeps tokens elsewhere too: wrap it, and give the
// result to [WithTokenSource]. Every call of Token sends a token request, with
// the retries of a client; it is the [Client] that keeps the token. Errors are
// those that an [*AuthError] holds.
//
// Options are those of [NewClient]; ones that have no meaning for a token
// request are ignored.
func NewTokenSource(opts ...ClientOption) (TokenSource, error) {
	s := &settings{op: "NewTokenSource"}
	c, err := s.client(opts)
	if err != nil {
		return nil, err
	}
	return &loginSource{core: c.core, fetch: s.fetch(c.core.pipeline)}, nil
}

// loginSource asks for a new token each time.
type loginSource struct {
	core  *core // whose connections are freed when it is forgotten
	fetch func(context.Context) (*token.Token, error)
}

func (l *loginSource) Token(ctx context.Context) (Token, error) {
	t, err := l.fetch(ctx)
	if err != nil {
		return Token{}, err
	}
	return Token{Value: Secret(t.Value), Expiry: t.Expiry}, nil
}
