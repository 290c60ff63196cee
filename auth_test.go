package frontegg_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestSecret_Format(t *testing.T) {
	t.Parallel()
	const canary = "swordfish-canary"
	holder := struct {
		S frontegg.Secret
		T frontegg.Token
		M map[string]frontegg.Secret
	}{canary, frontegg.Token{Value: canary}, map[string]frontegg.Secret{"key": canary}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		assert.NotContains(t, fmt.Sprintf(verb, holder), canary, verb)
		assert.NotContains(t, fmt.Sprintf(verb, holder.S), canary, verb)
	}
	b, err := json.Marshal(holder)
	require.NoError(t, err)
	assert.NotContains(t, string(b), canary)
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", holder.S, "token", holder.T)
	assert.NotContains(t, out.String(), canary)
	assert.Equal(t, canary, holder.S.Reveal())
}

func TestCredentials_TokenRequest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		credentials frontegg.ClientOption
		path        string
		response    string
	}{
		{"environment", frontegg.WithCredentials("the-id", "the-secret"), "/auth/vendor", `{"token":"token-1","expiresIn":3600}`},
		{"API token v2", frontegg.WithAPIToken("the-id", "the-secret"), "/identity/resources/auth/v2/api-token", `{"access_token":"token-1","refresh_token":"r","expires_in":3600,"expires":"x"}`},
		{"API token with the names of v1", frontegg.WithAPIToken("the-id", "the-secret"), "/identity/resources/auth/v2/api-token", `{"accessToken":"token-1","expiresIn":"3600"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("POST", base+tt.path, 200, tt.response)
			w.respond("GET", groups, 200, `{"groups":[]}`)
			c, err := frontegg.NewClient(tt.credentials, frontegg.WithHTTPClient(httpClient(w)), frontegg.WithTenant("acme"))
			require.NoError(t, err)
			for range 2 {
				_, err = c.Groups.List(t.Context())
				require.NoError(t, err)
			}
			sent := w.sent()
			require.Len(t, sent, 3)
			assert.JSONEq(t, `{"clientId":"the-id","secret":"the-secret"}`, sent[0].body)
			assert.Empty(t, sent[0].Header.Get("Authorization"))
			assert.Empty(t, sent[0].Header.Get("Frontegg-Tenant-Id"))
			assert.Equal(t, "Bearer token-1", sent[1].Header.Get("Authorization"))
		})
	}
}

func TestToken_ConcurrentCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins, lists atomic.Int32
		c, err := frontegg.NewClient(frontegg.WithCredentials("id", "the-secret"), frontegg.WithTenant("root"),
			frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
				<-time.After(time.Second)
				if strings.HasSuffix(r.URL.Path, "/auth/vendor") {
					logins.Add(1)
					return httpmock.NewStringResponse(200, `{"token":"token-1","expiresIn":3600}`), nil
				}
				lists.Add(1)
				return httpmock.NewStringResponse(200, `{"groups":[]}`), nil
			}))))
		require.NoError(t, err)
		leader, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			_, err := c.Groups.List(leader)
			assert.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		for i := range 200 {
			callers.Go(func() {
				_, err := c.ForTenant(fmt.Sprint("t", i)).Groups.List(t.Context())
				assert.NoError(t, err)
			})
		}
		synctest.Wait()
		cancel()
		callers.Wait()
		assert.EqualValues(t, 1, logins.Load())
		assert.EqualValues(t, 200, lists.Load())
	})
}

// sequence is a TokenSource that returns its tokens one after the other, and
// the last one for ever.
type sequence struct {
	mu     sync.Mutex
	tokens []string
	asked  int
}

func (s *sequence) Token(context.Context) (frontegg.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[min(s.asked, len(s.tokens)-1)]
	s.asked++
	return frontegg.Token{Value: frontegg.Secret(t)}, nil
}

func TestToken_Rejected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		tokens []string
		good   string
		sent   int
		asked  int
		err    error
	}{
		{"the second is good", []string{"token-1", "token-2"}, "token-2", 2, 2, nil},
		{"the second is refused too", []string{"token-1", "token-2", "token-3"}, "token-3", 2, 2, frontegg.ErrUnauthorized},
		{"there is no other", []string{"token-1"}, "token-2", 1, 2, frontegg.ErrUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ts, sent := &sequence{tokens: tt.tokens}, 0
			c, err := frontegg.NewClient(frontegg.WithTokenSource(ts), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}),
				frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
					sent++
					if r.Header.Get("Authorization") != "Bearer "+tt.good {
						return httpmock.NewStringResponse(401, `{"errors":["bad token"]}`), nil
					}
					return httpmock.NewStringResponse(201, groupJSON), nil
				}))))
			require.NoError(t, err)
			_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "n"})
			require.ErrorIs(t, err, tt.err)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			assert.Equal(t, tt.sent, sent)
			assert.Equal(t, tt.asked, ts.asked)
		})
	}
}

func TestToken_RejectedInTheLastAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		statuses := []int{503, 503, 503, 401, 200}
		c, err := frontegg.NewClient(frontegg.WithTokenSource(&sequence{tokens: []string{"token-1", "token-2"}}),
			frontegg.WithHTTPClient(httpClient(roundTripper(func(*http.Request) (*http.Response, error) {
				status := statuses[0]
				statuses = statuses[1:]
				return httpmock.NewStringResponse(status, `{"groups":[]}`), nil
			}))))
		require.NoError(t, err)
		_, err = c.Groups.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, statuses)
	})
}

func TestToken_RevokedForManyCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ts := &sequence{tokens: []string{"token-1", "token-2"}}
		c, err := frontegg.NewClient(frontegg.WithTokenSource(ts), frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
			<-time.After(time.Second)
			if r.Header.Get("Authorization") != "Bearer token-2" {
				return httpmock.NewStringResponse(401, ""), nil
			}
			return httpmock.NewStringResponse(200, `{"groups":[]}`), nil
		}))))
		require.NoError(t, err)
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() {
				_, err := c.Groups.List(t.Context())
				assert.NoError(t, err)
			})
		}
		callers.Wait()
		assert.Equal(t, 2, ts.asked)
	})
}

func TestAuthError_Causes(t *testing.T) {
	t.Parallel()
	refused := errors.New("vault is sealed")
	tests := []struct {
		name   string
		source func() (frontegg.Token, error)
		want   string
	}{
		{"the source fails", func() (frontegg.Token, error) { return frontegg.Token{}, refused }, "vault is sealed"},
		{"an empty token", func() (frontegg.Token, error) { return frontegg.Token{}, nil }, "is empty"},
		{"a token with a line feed", func() (frontegg.Token, error) { return frontegg.Token{Value: "swordfish\nX: y"}, nil }, "not visible ASCII"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := frontegg.NewClient(frontegg.WithHTTPClient(httpClient(newWire())), frontegg.WithTokenSource(sourceFunc(tt.source)))
			require.NoError(t, err)
			_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "n"})
			var auth *frontegg.AuthError
			require.ErrorAs(t, err, &auth)
			require.ErrorIs(t, err, frontegg.ErrAuthentication)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "swordfish")
		})
	}
}

type sourceFunc func() (frontegg.Token, error)

func (f sourceFunc) Token(context.Context) (frontegg.Token, error) { return f() }

func TestAuthError_Cached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins atomic.Int32
		c, err := frontegg.NewClient(frontegg.WithCredentials("id", "wrong-secret"), frontegg.WithTenant("t"),
			frontegg.WithHTTPClient(httpClient(roundTripper(func(*http.Request) (*http.Response, error) {
				logins.Add(1)
				return httpmock.NewStringResponse(401, `{"errors":["wrong-secret is wrong"]}`), nil
			}))))
		require.NoError(t, err)
		for range 500 {
			_, err := c.Groups.List(t.Context())
			require.ErrorIs(t, err, frontegg.ErrAuthentication)
			require.ErrorIs(t, err, frontegg.ErrUnauthorized)
			require.NotContains(t, err.Error(), "wrong-secret")
			<-time.After(2 * time.Millisecond)
		}
		assert.LessOrEqual(t, logins.Load(), int32(2))
	})
}

func TestNewTokenSource(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("POST", base+"/auth/vendor", 200, `{"token":"token-1","expiresIn":3600}`)
	ts, err := frontegg.NewTokenSource(frontegg.WithCredentials("id", "the-secret"), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)
	for range 2 {
		token, err := ts.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "token-1", token.Value.Reveal())
		assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
	}
	assert.Len(t, w.sent(), 2)

	_, err = frontegg.NewTokenSource()
	require.ErrorContains(t, err, "credentials are required")
}
