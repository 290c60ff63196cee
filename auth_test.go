package frontegg_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

const (
	apiTokenV1 = base + "/identity/resources/auth/v1/api-token"
	apiTokenV2 = base + "/identity/resources/auth/v2/api-token"
)

func TestCredentials_TokenRequest(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		credentials   frontegg.ClientOption
		url, response string
	}{
		"environment":         {frontegg.WithCredentials("the-id", "the-secret"), base + "/auth/vendor", `{"token":"token-1","expiresIn":3600}`},
		"API token":           {frontegg.WithAPIToken("the-id", "the-secret"), apiTokenV2, `{"access_token":"token-1","refresh_token":"r","expires_in":3600,"expires":"x"}`},
		"API token, v1 names": {frontegg.WithAPIToken("the-id", "the-secret"), apiTokenV2, `{"accessToken":"token-1","expiresIn":"3600"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Respond: reply(200, noGroups), Login: reply(200, tt.response)}
			c := build(t, s, tt.credentials)
			for range 2 {
				require.NoError(t, errOf(c.Groups.List(t.Context())))
			}
			require.Len(t, s.Seen, 2)
			require.Len(t, s.Logins, 1)
			login := s.Logins[0]
			assert.Equal(t, []string{"POST", tt.url}, []string{login.Method, login.URL.String()})
			assert.JSONEq(t, `{"clientId":"the-id","secret":"the-secret"}`, login.Body)
			assert.Empty(t, login.Header.Get("Authorization"))
			assert.Empty(t, login.Header.Get("Frontegg-Tenant-Id"))
			assert.Equal(t, "Bearer token-1", s.Seen[0].Header.Get("Authorization"))
		})
	}
}

func TestNewTokenSource(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{}
	source, err := frontegg.NewTokenSource(frontegg.WithCredentials("id", "the-secret"), frontegg.WithHTTPClient(&http.Client{Transport: s}))
	require.NoError(t, err)
	for range 2 {
		token, err := source.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "token-1", token.Value.Reveal())
		assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
	}
	assert.Len(t, s.Logins, 2)
	_, err = frontegg.NewTokenSource()
	require.ErrorContains(t, err, "credentials are required")
}

// apiTokens responds to logins of v2 and v1 with the status codes.
func apiTokens(v2, v1 int) responder {
	return func(r *http.Request) (*http.Response, error) {
		switch r.URL.String() {
		case apiTokenV2:
			return reply(v2, `{"access_token":"token-of-v2","expires_in":60}`)(r)
		case apiTokenV1:
			return reply(v1, `{"accessToken":"token-of-v1","expiresIn":60,"mfaRequired":false}`)(r)
		}
		return nil, errors.New("unexpected URL " + r.URL.String())
	}
}

func TestWithAPIToken_LoginV1(t *testing.T) {
	t.Parallel()
	const v1, v2 = "auth.apiTokenV1", "auth.apiToken"
	for name, tt := range map[string]struct {
		v2, v1 int // status codes
		token  frontegg.Secret
		logins []string
	}{
		"v2":              {200, 200, "token-of-v2", []string{v2, v2}},
		"only v1":         {404, 200, "token-of-v1", []string{v2, v1, v1}},
		"v1, wrong pair":  {404, 401, "", []string{v2, v1, v1}},
		"neither":         {404, 404, "", []string{v2, v1, v2, v1}},
		"v2, wrong pair":  {401, 200, "", []string{v2, v2}},
		"v2 without a v1": {200, 404, "token-of-v2", []string{v2, v2}},
		"v1 fails":        {404, 400, "", []string{v2, v1, v2, v1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Login: apiTokens(tt.v2, tt.v1)}
			var logins []string
			source, err := frontegg.NewTokenSource(frontegg.WithAPIToken("id", "secret-of-the-test"), frontegg.WithHTTPClient(&http.Client{Transport: s}),
				frontegg.WithHook(func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
					logins = append(logins, call.Op)
					return ctx, func(frontegg.CallResult) {}
				}))
			require.NoError(t, err)
			for range 2 {
				token, err := source.Token(t.Context())
				assert.Equal(t, tt.token == "", err != nil)
				assert.Equal(t, tt.token, token.Value)
			}
			assert.Equal(t, tt.logins, logins)
		})
	}
}

func TestWithAPIToken_LoginV1Removed(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{}
	source, err := frontegg.NewTokenSource(frontegg.WithAPIToken("id", "secret-of-the-test"), frontegg.WithHTTPClient(&http.Client{Transport: s}))
	require.NoError(t, err)
	for i, tt := range []struct {
		v2, v1 int
		sent   int // requests so far
	}{{404, 200, 2}, {200, 404, 4}, {200, 404, 5}, {404, 200, 7}, {404, 200, 8}} {
		s.Login = apiTokens(tt.v2, tt.v1)
		require.NoError(t, errOf(source.Token(t.Context())), i)
		assert.Len(t, s.Logins, tt.sent, i)
	}
}

func TestAuthError_MFARequired(t *testing.T) {
	t.Parallel()
	c := build(t, &fakeTransport{Login: reply(200, `{"mfaRequired":true,"mfaToken":"mfa-token-canary"}`)}, frontegg.WithAPIToken("id", "secret-of-the-test"))
	_, err := c.Groups.List(t.Context())
	require.ErrorIs(t, err, frontegg.ErrAuthentication)
	require.ErrorContains(t, err, "multi-factor authentication")
	assert.NotContains(t, err.Error(), "canary")
}
