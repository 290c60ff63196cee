package faults

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestTimeout_Attempt(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		slow := func(r *http.Request) (*http.Response, error) {
			resp, err := success(r)
			resp.Body = io.NopCloser(slowBody{r.Context()})
			return resp, err
		}
		for name, fault := range map[string]responder{"no response": hang, "a slow body": slow} {
			s := &fakeTransport{Respond: script(fault, success)}
			var err error
			took := elapsed(func() { err = call(t.Context(), newClient(t, s)) })
			if o == op.Create {
				require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, 30*time.Second, took)
				continue
			}
			require.NoError(t, err, name)
			assert.Equal(t, 2, s.Requests())
			assert.Greater(t, took, 30*time.Second+50*time.Millisecond)
			assert.Less(t, took, 31*time.Second)
		}
	})
}

// slowBody is an endless body of one byte a second.
type slowBody struct{ ctx context.Context }

func (d slowBody) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func TestTimeout_Call(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return // a create has one attempt
		}
		s := &fakeTransport{Respond: hang}
		var err error
		took := elapsed(func() { err = call(t.Context(), newClient(t, s)) })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 2*time.Minute, took)
		assert.Equal(t, 4, s.Requests())
	})
}

func TestTimeout_AnyStage(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, s := range map[string]*fakeTransport{
			"in an attempt":      {Respond: hang},
			"in a body":          {Respond: hangInBody},
			"in a token request": {Respond: success, Login: hang},
		} {
			for _, bound := range []frontegg.ClientOption{
				frontegg.WithTimeout(10 * time.Second), frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: 10 * time.Second}),
			} {
				var err error
				took := elapsed(func() { err = call(t.Context(), newLoginClient(t, s, bound)) })
				require.Error(t, err, name)
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, 10*time.Second, took, name)
			}
		}
	})
}

// hangInBody sends headers, then blocks until the request is canceled.
func hangInBody(r *http.Request) (*http.Response, error) {
	resp, err := success(r)
	resp.Body = io.NopCloser(blockedBody{r.Context()})
	return resp, err
}

type blockedBody struct{ ctx context.Context }

func (w blockedBody) Read([]byte) (int, error) { <-w.ctx.Done(); return 0, w.ctx.Err() }

func TestTimeout_KeepsLastResponse(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return // a create is not retried after a 503
		}
		for name, opts := range map[string][]frontegg.ClientOption{
			"context": nil, "timeout": {frontegg.WithTimeout(10 * time.Second)},
			"elapsed": {frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: 10 * time.Second})},
		} {
			ctx := t.Context()
			if opts == nil {
				ctx = withTimeout(t, 10*time.Second)
			}
			s := &fakeTransport{Respond: script(reply(503, `{"errors":["busy"]}`), hang)}
			err := call(ctx, newClient(t, s, opts...))
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
			assert.Equal(t, []string{"busy"}, as[*frontegg.APIError](t, err).Messages, name)
			assert.Equal(t, 2, as[*frontegg.TransportError](t, err).Attempts)
		}
	})
}

func TestTimeout_TokenSource(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success}
		source := sourceFunc(func(ctx context.Context) (frontegg.Token, error) { <-ctx.Done(); return frontegg.Token{}, ctx.Err() })
		for _, bound := range []frontegg.ClientOption{
			frontegg.WithTimeout(time.Second), frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: time.Second}),
		} {
			c := build(t, s, frontegg.WithTokenSource(source), bound)
			var err error
			took := elapsed(func() { err = call(t.Context(), c) })
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, time.Second, took)
			assert.Zero(t, s.Requests())
		}
	})
}

type sourceFunc func(context.Context) (frontegg.Token, error)

func (f sourceFunc) Token(ctx context.Context) (frontegg.Token, error) { return f(ctx) }

func TestCancel_BeforeCall(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		cause := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		s := &fakeTransport{Respond: success}
		for _, c := range []*frontegg.Client{newClient(t, s), newLoginClient(t, s)} {
			err := call(ctx, c)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, cause)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			assert.Zero(t, as[*frontegg.TransportError](t, err).Attempts)
			require.ErrorIs(t, call(withTimeout(t, -time.Second), c), context.DeadlineExceeded)
			synctest.Wait()
			assert.Zero(t, s.Requests()+s.TokenRequests())
		}
	})
}

func TestCancel_InBackoff(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		err := call(ctx, newClient(t, &fakeTransport{Respond: failWith(dialErrors["no route"])}))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, dialErrors["no route"], "the last error is kept")
	})
}

func TestCancel_InAttempt(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		cause := errors.New("the user left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(cause) })
		s := &fakeTransport{Respond: hang}
		var err error
		took := elapsed(func() { err = call(ctx, newClient(t, s)) })
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)
		assert.Equal(t, 3*time.Second, took)
		assert.Equal(t, 1, s.Requests())
		assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown))
	})
}
