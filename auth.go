package frontegg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/token"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// redacted is what a Secret is printed as.
const redacted = "[REDACTED]"

// Secret is text that is not printed: fmt, log/slog, JSON and other text encodings show
// [REDACTED]. [Secret.Reveal] returns the text. Do not use it as the key of a map, because
// encoding/json writes the keys of maps, nor in an unexported field of a struct that is
// printed, because fmt cannot call its methods there. Tools that read values by reflection
// and call no methods show the text, such as go-cmp and the diffs of testify.
type Secret string

// Reveal returns the text.
func (s Secret) Reveal() string { return string(s) }

// String returns [REDACTED].
func (s Secret) String() string { return redacted }

// GoString returns [REDACTED].
func (s Secret) GoString() string { return redacted }

// Format writes [REDACTED] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns [REDACTED].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns [REDACTED]. JSON and XML use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Token is an access token and its expiry.
type Token struct {
	// Value is sent as "Authorization: Bearer …". It must be visible ASCII, at most
	// 16 KiB.
	Value Secret
	// Expiry is when the token expires. Zero means that it does not.
	Expiry time.Time
}

// Format writes the token with [REDACTED] for its value, for every verb. Two verbs cannot
// be handled: fmt prints the value itself for %w outside of Errorf, and go vet reports that.
func (t Token) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "{"+redacted+" "+t.Expiry.String()+"}")
}

// TokenSource returns the access tokens of a client.
//
// The client keeps a token until 80 % of its lifetime has passed. It calls Token once at
// a time, however many calls need a token. The context is not that of a call: it ends
// after 30 seconds, or with [Client.Close]. If Token returns an error or panics, the calls
// that wait for it return an [*AuthError] with the cause, and so does every call that
// needs a token in the next second. If Token does not return when its context ends, the
// next call of Token may run at the same time.
//
// If Token returns a token that has already expired, the calls that wait for it use it,
// and the next call requests another.
//
// If the server rejects a token with a 401, Token is called again. If it returns the same
// value, the call returns that 401.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// credentialsLogin exchanges a client ID and a secret for a token.
type credentialsLogin struct {
	op       *op.Operation
	fallback *op.Operation // for a deployment that does not have op; nil: none
	id       string
	secret   Secret
}

// loginAttempts is the maximum number of attempts of a token request.
const loginAttempts = 3

// fetch returns the function that logs in through p.
func (l *credentialsLogin) fetch(p *pipeline.Pipeline) func(context.Context) (*token.Token, error) {
	body, _ := json.Marshal(struct {
		ClientID string `json:"clientId"`
		Secret   string `json:"secret"`
	}{l.id, l.secret.Reveal()}) // visible ASCII, so there is no error
	policy := p.Policy
	policy.MaxAttempts = min(policy.MaxAttempts, loginAttempts)
	policy.MaxElapsed = min(policy.MaxElapsed, token.FetchTimeout-time.Second) // so that the error is that of the request
	request := func(o *op.Operation) *pipeline.Request { return &pipeline.Request{Op: o, Body: body, Policy: &policy} }
	var useFallback atomic.Bool // the fallback worked, and l.op did not
	return func(ctx context.Context) (*token.Token, error) {
		first, second := l.op, l.fallback
		if useFallback.Load() {
			first, second = second, first
		}
		t, err := fetchToken(ctx, p, request(first))
		if second == nil || statusOf(err) != http.StatusNotFound {
			return t, err
		}
		t, secondErr := fetchToken(ctx, p, request(second))
		switch status := statusOf(secondErr); {
		case secondErr == nil, status == http.StatusUnauthorized: // it exists
			useFallback.Store(second == l.fallback)
		case status == 0, status == http.StatusNotFound:
			return nil, newMultiError(fmt.Sprintf("%v; %s", err, errText(secondErr)), err, secondErr)
		}
		return t, secondErr
	}
}

// statusOf returns the status code of an [*APIError], or 0 for other errors.
func statusOf(err error) int {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.StatusCode
	}
	return 0
}

// fetchToken sends a token request.
func fetchToken(ctx context.Context, p *pipeline.Pipeline, r *pipeline.Request) (*token.Token, error) {
	began := time.Now()
	resp, failure := p.Do(ctx, r)
	if failure != nil {
		return nil, publicError(r.Op.Name, r, failure, p)
	}
	defer resp.Release()
	err := resp.BodyErr
	var t *token.Token
	if err == nil {
		t, err = token.Parse(resp.Body, began)
	}
	switch {
	case errors.Is(err, token.ErrMFARequired):
		return nil, fmt.Errorf("frontegg: %s: %w", r.Op.Name, err)
	case err != nil:
		return nil, newDecodeError(r.Op.Name, r, &resp, err, p.Redact)
	}
	p.Redact.AddToken(t.Value)
	if t.Refresh != "" {
		p.Redact.AddToken(t.Refresh)
	}
	return t, nil
}

// userTokens returns the function that gets the tokens of a TokenSource.
func userTokens(ts TokenSource, clean *redact.Redactor) func(context.Context) (*token.Token, error) {
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

// recoverPanics returns fetch with an error in place of a panic, which no caller could
// recover: fetch runs in a goroutine of its own.
func recoverPanics(fetch func(context.Context) (*token.Token, error), clean *redact.Redactor) func(context.Context) (*token.Token, error) {
	return func(ctx context.Context) (t *token.Token, err error) {
		defer func() {
			if r := recover(); r != nil {
				err = clean.Error(fmt.Errorf("the fetch of a token panicked: %v", r))
			}
		}()
		return fetch(ctx)
	}
}

// fixedToken is the TokenSource of WithToken.
type fixedToken struct{ value Secret }

func (f fixedToken) Token(context.Context) (Token, error) { return Token{Value: f.value}, nil }

// NewTokenSource returns a [TokenSource] that logs in with the credentials in opts. It is
// for programs that also store tokens elsewhere: wrap it, and pass the result to
// [WithTokenSource]. Each call of Token sends a token request, with the retries of a
// client; the [Client] keeps the token. The errors are those in an [*AuthError].
//
// The options are those of [NewClient]. Those that do not apply to a token request are
// ignored.
func NewTokenSource(opts ...ClientOption) (TokenSource, error) {
	cfg := &clientConfig{op: "NewTokenSource"}
	c, err := cfg.client(opts)
	if err != nil {
		return nil, err
	}
	return &loginSource{shared: c.shared, fetch: cfg.fetch(c.shared.pipeline)}, nil
}

// loginSource requests a new token each time.
type loginSource struct {
	shared *shared // keeps its connections open
	fetch  func(context.Context) (*token.Token, error)
}

func (l *loginSource) Token(ctx context.Context) (Token, error) {
	t, err := l.fetch(ctx)
	if err != nil {
		return Token{}, err
	}
	return Token{Value: Secret(t.Value), Expiry: t.Expiry}, nil
}
