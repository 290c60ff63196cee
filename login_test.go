package frontegg_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestWithAPIToken_LoginV1(t *testing.T) {
	t.Parallel()
	const v1, v2 = "auth.apiTokenV1", "auth.apiToken"
	for name, tt := range map[string]struct {
		v2, v1 int // status codes
		logins []string
	}{
		"v2":              {200, 200, []string{v2, v2}},
		"only v1":         {404, 200, []string{v2, v1, v1}},
		"v1, wrong pair":  {404, 401, []string{v2, v1, v1}},
		"neither":         {404, 404, []string{v2, v1, v2, v1}},
		"v2, wrong pair":  {401, 200, []string{v2, v2}},
		"v2 without a v1": {200, 404, []string{v2, v2}},
		"v1 fails":        {404, 400, []string{v2, v1, v2, v1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("POST", base+"/identity/resources/auth/v2/api-token", tt.v2, `{"access_token":"token-of-v2","expires_in":60}`)
			w.respond("POST", base+"/identity/resources/auth/v1/api-token", tt.v1, `{"accessToken":"token-of-v1","expiresIn":60,"mfaRequired":false}`)
			var logins []string
			source, err := frontegg.NewTokenSource(
				frontegg.WithAPIToken("id", "secret-of-the-test"), frontegg.WithHTTPClient(httpClient(w)),
				frontegg.WithHook(func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
					logins = append(logins, call.Op)
					return ctx, func(frontegg.CallResult) {}
				}))
			require.NoError(t, err)
			for range 2 {
				token, err := source.Token(t.Context())
				switch {
				case tt.v2 == 200:
					require.NoError(t, err)
					assert.Equal(t, "token-of-v2", token.Value.Reveal())
				case tt.v2 == 404 && tt.v1 == 200:
					require.NoError(t, err)
					assert.Equal(t, "token-of-v1", token.Value.Reveal())
				default:
					require.Error(t, err)
				}
			}
			assert.Equal(t, tt.logins, logins)
		})
	}
}

func TestWithAPIToken_LoginV1Removed(t *testing.T) {
	t.Parallel()
	const v1, v2 = base + "/identity/resources/auth/v1/api-token", base + "/identity/resources/auth/v2/api-token"
	w := newWire()
	source, err := frontegg.NewTokenSource(frontegg.WithAPIToken("id", "secret-of-the-test"), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)
	for i, tt := range []struct {
		v2, v1 int
		sent   int // requests so far
	}{{404, 200, 2}, {200, 404, 4}, {200, 404, 5}, {404, 200, 7}, {404, 200, 8}} {
		w.respond("POST", v2, tt.v2, `{"access_token":"token-of-v2","expires_in":60}`)
		w.respond("POST", v1, tt.v1, `{"accessToken":"token-of-v1","expiresIn":60}`)
		_, err := source.Token(t.Context())
		require.NoError(t, err, i)
		assert.Len(t, w.sent(), tt.sent, i)
	}
}

func TestAuthError_MFARequired(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("POST", base+"/identity/resources/auth/v2/api-token", 200, `{"mfaRequired":true,"mfaToken":"mfa-token-canary"}`)
	c, err := frontegg.NewClient(frontegg.WithAPIToken("id", "secret-of-the-test"), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)
	_, err = c.Groups.List(t.Context())
	require.ErrorIs(t, err, frontegg.ErrAuthentication)
	require.ErrorContains(t, err, "multi-factor authentication")
	assert.NotContains(t, err.Error(), "canary")
}
