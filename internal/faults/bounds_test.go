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

func TestAnAttemptHasThirtySecondsBodyIncluded(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		dripping := func(r *http.Request) (*http.Response, error) {
			resp, err := good(r)
			resp.Body = io.NopCloser(drip{r.Context()})
			return resp, err
		}
		for name, fault := range map[string]answer{"silence": hangs, "a drip": dripping} {
			s := &service{answer: script(fault, good)}
			var err error
			took := lasts(func() { err = call(t.Context(), newClient(t, s)) })
			if o == op.Create {
				require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, 30*time.Second, took)
				continue
			}
			require.NoError(t, err, name)
			assert.Equal(t, 2, s.requests())
			assert.Greater(t, took, 30*time.Second+50*time.Millisecond)
			assert.Less(t, took, 31*time.Second)
		}
	})
}

// drip is a body that goes on for ever, a byte a second.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func TestACallHasTwoMinutesWaitsIncluded(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		if o == op.Create {
			return // which does not wait for more than one attempt
		}
		s := &service{answer: hangs}
		var err error
		took := lasts(func() { err = call(t.Context(), newClient(t, s)) })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 2*time.Minute, took)
		assert.Equal(t, 4, s.requests())
	})
}

func TestMaxElapsedAndTimeoutBoundACallWhereverItIs(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		for name, s := range map[string]*service{
			"in an attempt":      {answer: hangs},
			"in a body":          {answer: breaksOffLate},
			"in a token request": {answer: good, login: hangs},
		} {
			for _, bound := range []frontegg.ClientOption{
				frontegg.WithTimeout(10 * time.Second), frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: 10 * time.Second}),
			} {
				var err error
				took := lasts(func() { err = call(t.Context(), newLoginClient(t, s, bound)) })
				require.Error(t, err, name)
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, 10*time.Second, took, name)
			}
		}
	})
}

// breaksOffLate sends nothing of a body until the request is given up.
func breaksOffLate(r *http.Request) (*http.Response, error) {
	resp, err := good(r)
	resp.Body = io.NopCloser(waiting{r.Context()})
	return resp, err
}

type waiting struct{ ctx context.Context }

func (w waiting) Read([]byte) (int, error) { <-w.ctx.Done(); return 0, w.ctx.Err() }

func TestTheEndOfTheTimeInALaterAttemptKeepsTheLastAnswer(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		if o == op.Create {
			return // which has no later attempt after a 503
		}
		for name, opts := range map[string][]frontegg.ClientOption{
			"context": nil, "timeout": {frontegg.WithTimeout(10 * time.Second)},
			"elapsed": {frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: 10 * time.Second})},
		} {
			ctx := t.Context()
			if opts == nil {
				ctx = within(t, 10*time.Second)
			}
			s := &service{answer: script(reply(503, `{"errors":["busy"]}`), hangs)}
			err := call(ctx, newClient(t, s, opts...))
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
			assert.Equal(t, []string{"busy"}, as[*frontegg.APIError](t, err).Messages, name)
			assert.Equal(t, 2, as[*frontegg.TransportError](t, err).Attempts)
		}
	})
}

func TestATokenSourceThatHangsDoesNotOutlastTheCall(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		s := &service{answer: good}
		source := sourceFunc(func(ctx context.Context) (frontegg.Token, error) { <-ctx.Done(); return frontegg.Token{}, ctx.Err() })
		for _, bound := range []frontegg.ClientOption{
			frontegg.WithTimeout(time.Second), frontegg.WithRetry(frontegg.RetryPolicy{MaxElapsed: time.Second}),
		} {
			c := build(t, s, []frontegg.ClientOption{frontegg.WithTokenSource(source), bound})
			var err error
			took := lasts(func() { err = call(t.Context(), c) })
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, time.Second, took)
			assert.Zero(t, s.requests())
		}
	})
}

type sourceFunc func(context.Context) (frontegg.Token, error)

func (f sourceFunc) Token(ctx context.Context) (frontegg.Token, error) { return f(ctx) }

func TestADoneContextSendsNothing(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		cause := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		s := &service{answer: good}
		for _, c := range []*frontegg.Client{newClient(t, s), newLoginClient(t, s)} {
			err := call(ctx, c)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, cause)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			synctest.Wait()
			assert.Zero(t, s.requests()+s.tokenRequests())
		}
	})
}

func TestACancelledAttemptIsNotRepeated(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		cause := errors.New("the user left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(cause) })
		s := &service{answer: hangs}
		var err error
		took := lasts(func() { err = call(ctx, newClient(t, s)) })
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)
		assert.Equal(t, 3*time.Second, took)
		assert.Equal(t, 1, s.requests())
		assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown))
	})
}
