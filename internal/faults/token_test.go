package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

// issueTokens responds to token requests after a second. Tokens are numbered from 1
// and expire after life.
func issueTokens(life time.Duration) responder {
	var made atomic.Int64
	return func(r *http.Request) (*http.Response, error) {
		n := made.Add(1)
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		return reply(200, fmt.Sprintf(`{"token":"minted-token-%d","expiresIn":%d}`, n, int(life.Seconds())))(r)
	}
}

// accept succeeds if the access token is the given one, else responds 401.
func accept(token string) responder {
	return func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "Bearer "+token {
			return success(r)
		}
		return reply(401, `{"errors":["Unauthenticated"]}`)(r)
	}
}

func TestToken_ColdCallers(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		var callers sync.WaitGroup
		for i := range 200 {
			callers.Go(func() { assert.NoError(t, call(t.Context(), c.ForTenant(fmt.Sprint("tenant-", i)))) })
		}
		callers.Wait()
		assert.Equal(t, 1, s.TokenRequests(), "tenant views share one token")
		assert.Equal(t, 200, s.Requests())
	})
}

func TestToken_CanceledCaller(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		leading, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			took := elapsed(func() { assert.ErrorIs(t, call(leading, c), context.Canceled) })
			assert.Equal(t, 500*time.Millisecond, took)
		})
		synctest.Wait()
		for range 20 {
			callers.Go(func() { assert.NoError(t, call(t.Context(), c)) })
		}
		clock.Pass(500 * time.Millisecond)
		cancel()
		callers.Wait()
		assert.Equal(t, 1, s.TokenRequests())
		assert.Equal(t, 20, s.Requests())
	})
}

func TestToken_BackgroundRefresh(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: issueTokens(1000 * time.Second)}
		c := newLoginClient(t, s)
		began := time.Now()
		require.NoError(t, call(t.Context(), c))
		clock.Pass(time.Until(began.Add(799 * time.Second)))
		require.NoError(t, call(t.Context(), c))
		synctest.Wait()
		assert.Equal(t, 1, s.TokenRequests())
		clock.Pass(time.Second)
		took := elapsed(func() { require.NoError(t, call(t.Context(), c)) })
		assert.Zero(t, took)
		clock.Pass(2 * time.Second)
		require.NoError(t, call(t.Context(), c))
		assert.Equal(t, 2, s.TokenRequests())
		assert.Equal(t, "Bearer minted-token-1", s.Seen[2].Header.Get("Authorization"))
		assert.Equal(t, "Bearer minted-token-2", s.Seen[3].Header.Get("Authorization"))
	})
}

func TestToken_Expired(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: issueTokens(10 * time.Second)}
		c := newLoginClient(t, s)
		require.NoError(t, call(t.Context(), c))
		clock.Pass(9 * time.Second) // the lifetime starts with the token request, a second earlier
		took := elapsed(func() { require.NoError(t, call(t.Context(), c)) })
		assert.Equal(t, time.Second, took)
		assert.Equal(t, "Bearer minted-token-2", s.Seen[1].Header.Get("Authorization"))
	})
}

func TestTokenRequest_InvalidResponses(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, login := range map[string]responder{
			"HTML":          reply(200, "<html>portal</html>", "Content-Type", "text/html"),
			"null":          reply(200, "null"),
			"no token":      reply(200, `{"expiresIn":5}`),
			"an empty one":  reply(200, `{"token":""}`),
			"blanks in it":  reply(200, `{"token":"a b"}`),
			"a line break":  reply(200, `{"token":"a\nb"}`),
			"not ASCII":     reply(200, `{"token":"ä"}`),
			"17 KiB":        reply(200, `{"token":"`+strings.Repeat("a", 17<<10)+`"}`),
			"empty":         reply(200, ""),
			"a redirect":    reply(307, "", "Location", "https://elsewhere.test/auth/vendor"),
			"wrong secret":  reply(401, `{"errors":["wrong"]}`),
			"forbidden":     reply(403, ""),
			"no such route": reply(404, ""),
		} {
			s := &fakeTransport{Respond: success, Login: login}
			err := call(t.Context(), newLoginClient(t, s))
			require.ErrorIs(t, err, frontegg.ErrAuthentication, name)
			_ = as[*frontegg.AuthError](t, err)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			assert.Equal(t, 1, s.TokenRequests(), name)
			assert.Zero(t, s.Requests(), name)
			if decode, ok := errors.AsType[*frontegg.DecodeError](err); ok {
				assert.Nil(t, decode.Body, "%s: the response may contain a token", name)
			}
		}
	})
}

func TestTokenRequest_FailureIsCached(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: success, Login: reply(401, "")}
		c := newLoginClient(t, s)
		var callers sync.WaitGroup
		for range 500 {
			callers.Go(func() {
				err := operationCalls[op.Get](t.Context(), c)
				assert.ErrorIs(t, err, frontegg.ErrAuthentication)
				assert.ErrorIs(t, err, frontegg.ErrUnauthorized)
			})
			clock.Pass(2 * time.Millisecond)
		}
		callers.Wait()
		assert.Equal(t, 1, s.TokenRequests())
		assert.Zero(t, s.Requests())
		s.Login = nil
		require.NoError(t, operationCalls[op.Get](t.Context(), c))
		assert.Equal(t, 2, s.TokenRequests())
	})
}

func TestUnauthorized_ReplayedOnce(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: accept("minted-token-2"), Login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		require.NoError(t, call(t.Context(), c))
		assert.Equal(t, 2, s.Requests())
		assert.Equal(t, 2, s.TokenRequests())
		requireSameRequests(t, s.Seen)

		clock.Pass(time.Second) // a new token that is rejected is kept for so long, and the responses take longer
		s.Respond = delayed(accept("no token at all"))
		err := call(t.Context(), c)
		require.ErrorIs(t, err, frontegg.ErrUnauthorized)
		require.NotErrorIs(t, err, frontegg.ErrAuthentication)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.Equal(t, 2, as[*frontegg.APIError](t, err).Attempts)
		assert.Equal(t, 4, s.Requests(), "a second 401 is returned")
	})
}

func TestUnauthorized_WithoutRetries(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: accept("minted-token-2"), Login: issueTokens(time.Hour)}
		require.NoError(t, call(t.Context(), newLoginClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))))
		assert.Equal(t, 2, s.Requests())
	})
}

func TestUnauthorized_RetriesAfterReplay(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: script(reply(401, ""), reply(429, ""), success), Login: issueTokens(time.Hour)}
		require.NoError(t, call(t.Context(), newLoginClient(t, s)), "a limit after the replay is waited for")
		assert.Equal(t, 3, s.Requests())
		if o == op.Create {
			return
		}
		s = &fakeTransport{Respond: script(reply(503, ""), reply(401, ""), reply(503, ""), success), Login: issueTokens(time.Hour)}
		require.NoError(t, call(t.Context(), newLoginClient(t, s)))
		assert.Equal(t, 4, s.Requests())
		s = &fakeTransport{Respond: script(reply(503, ""), reply(503, ""), reply(503, ""), reply(401, ""), success), Login: issueTokens(time.Hour)}
		require.NoError(t, call(t.Context(), newLoginClient(t, s)), "also after the last attempt")
		assert.Equal(t, 5, s.Requests())
		s = &fakeTransport{Respond: script(reply(401, ""), reply(503, ""), reply(401, ""), success), Login: issueTokens(time.Hour)}
		require.ErrorIs(t, call(t.Context(), newLoginClient(t, s)), frontegg.ErrUnauthorized, "one replay a call")
		assert.Equal(t, 3, s.Requests())
	})
}

func TestForbidden_KeepsToken(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: reply(403, ""), Login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		for range 3 {
			require.ErrorIs(t, call(t.Context(), c), frontegg.ErrForbidden)
		}
		assert.Equal(t, 1, s.TokenRequests())
		assert.Equal(t, 3, s.Requests())
	})
}

func TestUnauthorized_ManyCallers(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: accept("minted-token-1"), Login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		require.NoError(t, call(t.Context(), c))
		s.Respond = delayed(accept("minted-token-2"))
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() { assert.NoError(t, call(t.Context(), c)) })
		}
		callers.Wait()
		assert.Equal(t, 2, s.TokenRequests())
		assert.Equal(t, 101, s.Requests())
	})
}

func TestUnauthorized_Late(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := make(chan struct{})
		s := &fakeTransport{Login: issueTokens(time.Hour)}
		s.Respond = func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "Bearer minted-token-1" && strings.HasSuffix(r.URL.Path, "/config") {
				<-slow // the 401 for the first token arrives late
			}
			return accept("minted-token-2")(r)
		}
		c := newLoginClient(t, s)
		var late sync.WaitGroup
		late.Go(func() { assert.NoError(t, operationCalls[op.Config](t.Context(), c)) })
		clock.Pass(2 * time.Second)
		require.NoError(t, operationCalls[op.Get](t.Context(), c))
		close(slow)
		late.Wait()
		assert.Equal(t, 2, s.TokenRequests())
	})
}

func TestUnauthorized_SameToken(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		calls := 0
		source := sourceFunc(func(context.Context) (frontegg.Token, error) {
			calls++
			return frontegg.Token{Value: "token-of-the-test"}, nil
		})
		for _, credentials := range []frontegg.ClientOption{frontegg.WithToken("token-of-the-test"), frontegg.WithTokenSource(source)} {
			s := &fakeTransport{Respond: reply(401, `{"errors":["expired"]}`)}
			err := call(t.Context(), build(t, s, credentials))
			require.ErrorIs(t, err, frontegg.ErrUnauthorized)
			assert.Equal(t, []string{"expired"}, as[*frontegg.APIError](t, err).Messages)
			assert.Equal(t, 1, s.Requests())
		}
		assert.Equal(t, 2, calls)
	})
}

func TestTokenRequest_Timeout(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: hang}
		var err error
		took := elapsed(func() { err = call(t.Context(), newLoginClient(t, s)) })
		require.ErrorIs(t, err, frontegg.ErrAuthentication)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		between(t, took, 29*time.Second, 30*time.Second)
	})
}

func TestClose_DuringTokenRequest(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: hang}
		c := newLoginClient(t, s)
		time.AfterFunc(time.Second, func() { _ = c.ForTenant("x").Close(); clock.Pass(time.Second); _ = c.Close() })
		var err error
		took := elapsed(func() { err = call(t.Context(), c) })
		require.Error(t, err)
		assert.Equal(t, 2*time.Second, took, "closing a view does not close its client")
		for _, err := range []error{err, call(t.Context(), c), call(t.Context(), c.ForTenant("x"))} {
			require.ErrorIs(t, err, frontegg.ErrClosed)
			require.ErrorContains(t, err, "client is closed")
			_ = as[*frontegg.TransportError](t, err)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		}
		assert.Equal(t, 1, s.TokenRequests())
		assert.Zero(t, s.Requests())

		s = &fakeTransport{Respond: success}
		c = newClient(t, s)
		require.NoError(t, call(t.Context(), c))
		require.NoError(t, c.Close())
		require.NoError(t, c.Close(), "once more")
		require.ErrorIs(t, call(t.Context(), c), frontegg.ErrClosed)
		assert.Equal(t, 1, s.Requests(), "despite a valid token")
	})
}

func TestToken_RefreshFails(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success, Login: script(issueTokens(1000*time.Second), reply(503, ""))}
		c := newLoginClient(t, s)
		began := time.Now()
		for time.Since(began) < 999*time.Second {
			require.NoError(t, call(t.Context(), c))
			clock.Pass(5 * time.Second)
		}
		assert.Greater(t, s.TokenRequests(), 4)
		assert.Less(t, s.TokenRequests(), 1+3*8, "a try of three requests each 30 s")
	})
}
