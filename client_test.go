package frontegg_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

type options = []frontegg.ClientOption

func TestNewClient_Invalid(t *testing.T) {
	t.Parallel()
	token, url, placeholder := frontegg.WithToken("token-of-the-test"), frontegg.WithBaseURL, frontegg.Secret("x").String()
	tests := []struct {
		name string
		opts options
		want string // a part of the error
	}{
		{"no credentials", nil, "credentials are required"},
		{"two kinds of credentials", options{token, frontegg.WithCredentials("id", "key")}, "given once, not as WithToken, WithCredentials"},
		{"empty client id", options{frontegg.WithCredentials("", "key")}, "client ID is empty"},
		{"empty secret", options{frontegg.WithAPIToken("id", "")}, "secret is empty"},
		{"token with a space", options{frontegg.WithToken("a b")}, "WithToken has a character"},
		{"empty token", options{frontegg.WithToken("")}, "WithToken is empty"},
		{"huge token", options{frontegg.WithToken(strings.Repeat("x", 16<<10+1))}, "WithToken is too long"},
		{"token with a scheme", options{frontegg.WithToken("Bearer swordfish")}, "leave that out"},
		{"placeholder for a key", options{frontegg.WithCredentials("id", placeholder)}, "printed in place of a secret"},
		{"placeholder for a secret", options{frontegg.WithAPIToken("id", placeholder)}, "printed in place of a secret"},
		{"placeholder for a token", options{frontegg.WithToken(placeholder)}, "printed in place of a secret"},
		{"placeholder with a scheme", options{frontegg.WithToken("Bearer" + placeholder)}, "printed in place of a secret"},
		{"nil token source", options{frontegg.WithTokenSource(nil)}, "WithTokenSource must not be nil"},
		{"plain http", options{token, url("http://example.com")}, "or WithInsecureHTTP"},
		{"user info", options{token, url("https://u:swordfish@example.com")}, "user info"},
		{"query", options{token, url("https://example.com?x=1")}, "a query"},
		{"fragment", options{token, url("https://example.com#f")}, "a fragment"},
		{"dot dot", options{token, url("https://example.com/a/../b")}, "segment"},
		{"escaped dot dot", options{token, url("https://example.com/a/%2e%2e/b")}, "segment"},
		{"no host", options{token, url("https:///x")}, "no host"},
		{"port without a host", options{token, url("https://:443")}, "no host"},
		{"no scheme", options{token, url("example.com")}, "https://"},
		{"unparsable", options{token, url("https://u:swordfish@exa mple.com")}, "not a URL"},
		{"unknown region", options{token, frontegg.WithRegion("mars")}, "must be eu, us, ca, au or uk"},
		{"region and base URL", options{token, frontegg.WithRegion("us"), url("https://example.com")}, "must not be used with a region"},
		{"nil http.Client", options{token, frontegg.WithHTTPClient(nil)}, "WithHTTPClient must not be nil"},
		{"empty tenant", options{token, frontegg.WithTenant("")}, "WithTenant is empty"},
		{"empty environment", options{token, frontegg.WithEnvironment("")}, "WithEnvironment is empty"},
		{"own header", options{token, frontegg.WithHeader("User-Agent", "x")}, "is set by the client"},
		{"negative retry bound", options{token, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: -1})}, "negative"},
		{"application with a line feed", options{token, frontegg.WithApplication("a\nb", "")}, "WithApplication name"},
		{"application version with a slash", options{token, frontegg.WithApplication("a", "1/2")}, "WithApplication version"},
		{"timeout", options{token, frontegg.WithTimeout(-1)}, "WithTimeout must be positive"},
		{"nil option", options{token, nil}, "options must not include nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := frontegg.NewClient(tt.opts...)
			require.Nil(t, c)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "swordfish")
		})
	}
}

func TestNewClient_AllErrors(t *testing.T) {
	t.Parallel()
	_, err := frontegg.NewClient(frontegg.WithBaseURL("ftp://x"), frontegg.WithTenant(""), frontegg.WithRegion("x"))
	joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err)
	require.True(t, ok)
	assert.Len(t, joined.Unwrap(), 4) // and no credentials
}

func TestNewClient_URL(t *testing.T) {
	t.Parallel()
	insecure := frontegg.WithInsecureHTTP()
	tests := []struct {
		name string
		opts options
		want string // the base URL of requests
	}{
		{"default", nil, "https://api.frontegg.com"},
		{"EU", options{frontegg.WithRegion(frontegg.RegionEU)}, "https://api.frontegg.com"},
		{"US", options{frontegg.WithRegion(frontegg.RegionUS)}, "https://api.us.frontegg.com"},
		{"CA", options{frontegg.WithRegion(frontegg.RegionCA)}, "https://api.ca.frontegg.com"},
		{"AU", options{frontegg.WithRegion(frontegg.RegionAU)}, "https://api.au.frontegg.com"},
		{"UK", options{frontegg.WithRegion(frontegg.RegionUK)}, "https://api.uk.frontegg.com"},
		{"prefix", options{frontegg.WithBaseURL("https://admin.example.com/frontegg")}, "https://admin.example.com/frontegg"},
		{"trailing slash", options{frontegg.WithBaseURL("https://admin.example.com/frontegg/")}, "https://admin.example.com/frontegg"},
		{"escaped prefix", options{frontegg.WithBaseURL("https://example.com/a%2Fb")}, "https://example.com/a%2Fb"},
		{"loopback name", options{frontegg.WithBaseURL("http://localhost:1")}, "http://localhost:1"},
		{"loopback v4", options{frontegg.WithBaseURL("http://127.0.0.2:1")}, "http://127.0.0.2:1"},
		{"loopback v6", options{frontegg.WithBaseURL("http://[::1]:1")}, "http://[::1]:1"},
		{"insecure", options{insecure, frontegg.WithBaseURL("http://proxy:8080")}, "http://proxy:8080"},
		{"insecure, the option last", options{frontegg.WithBaseURL("http://proxy:8080"), insecure}, "http://proxy:8080"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Respond: reply(200, noGroups)}
			require.NoError(t, errOf(newClient(t, s, tt.opts...).Groups.List(t.Context())))
			assert.Equal(t, tt.want+"/identity/resources/groups/v1", s.Seen[0].URL.String())
			assert.Equal(t, "Bearer token-of-the-test", s.Seen[0].Header.Get("Authorization"))
		})
	}
}

func TestNewClientFromEnv(t *testing.T) {
	type env = [5]string // the values of these variables:
	variables := env{"FRONTEGG_CLIENT_ID", "FRONTEGG_API_KEY", "FRONTEGG_TENANT_ID", "FRONTEGG_REGION", "FRONTEGG_BASE_URL"}
	const key = "key-of-the-test"
	tests := []struct {
		name string
		env  env
		opts options
		url  string // the base URL of requests, else:
		want string // a part of the error
	}{
		{name: "credentials and tenant", env: env{"id", key, "acme"}, url: base},
		{name: "region in capitals", env: env{"id", key, "acme", "US"}, url: "https://api.us.frontegg.com"},
		{name: "base URL", env: env{"id", key, "acme", "", "https://x.example.com/frontegg"}, url: "https://x.example.com/frontegg"},
		{name: "option before region", env: env{"id", key, "acme", "us"}, opts: options{frontegg.WithRegion("ca")}, url: "https://api.ca.frontegg.com"},
		{name: "option before base URL", env: env{"id", key, "acme", "", "nonsense"}, opts: options{frontegg.WithRegion("eu")}, url: base},
		{name: "credentials before variables", env: env{"id"}, opts: options{frontegg.WithCredentials("other", "key-of-option"), frontegg.WithTenant("acme")}, url: base},
		{name: "nothing set", want: "FRONTEGG_CLIENT_ID is required"},
		{name: "no key", env: env{"id"}, want: "FRONTEGG_API_KEY is required"},
		{name: "no tenant", env: env{"id", key}, want: "FRONTEGG_TENANT_ID"},
		{name: "bad region", env: env{"id", key, "", "mars"}, want: "FRONTEGG_REGION"},
		{name: "bad base URL", env: env{"id", key, "", "", "http://proxy"}, want: "FRONTEGG_BASE_URL is plain http"},
		{name: "region and base URL", env: env{"id", key, "", "us", "https://example.com"}, want: "FRONTEGG_BASE_URL must not be used with a region: unset it or FRONTEGG_REGION"},
		{name: "bad tenant", env: env{"id", key, "a b"}, want: "FRONTEGG_TENANT_ID"},
		{name: "id with a line break", env: env{"id\r\n", key}, want: "FRONTEGG_CLIENT_ID ends in a line break"},
		{name: "key with a line break", env: env{"id", key + "\n"}, want: "FRONTEGG_API_KEY ends in a line break"},
		{name: "tenant with a line break", env: env{"id", key, "acme\n"}, want: "FRONTEGG_TENANT_ID ends in a line break"},
		{name: "key in quotes", env: env{"id", `"` + key + `"`}, want: "FRONTEGG_API_KEY is in quotes: remove them"},
		{name: "tenant in quotes", env: env{"id", key, "'acme'"}, want: "FRONTEGG_TENANT_ID is in quotes: remove them"},
		{name: "space before the key", env: env{"id", " " + key}, want: "FRONTEGG_API_KEY has a character that is not visible ASCII: a space"},
		{name: "URL without a scheme", env: env{"id", key, "", "", "127.0.0.1:4010"}, want: "FRONTEGG_BASE_URL is not a URL that begins with https://"},
		{name: "URL with a line break", env: env{"id", key, "", "", "https://example.com\n"}, want: "FRONTEGG_BASE_URL ends in a line break"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, name := range variables {
				t.Setenv(name, tt.env[i])
			}
			s := &fakeTransport{Respond: reply(200, noGroups)}
			c, err := frontegg.NewClientFromEnv(append(tt.opts, frontegg.WithHTTPClient(&http.Client{Transport: s}))...)
			if err == nil {
				_, err = c.Groups.List(t.Context())
			}
			if tt.want != "" {
				var invalid *frontegg.ValidationError
				require.ErrorAs(t, err, &invalid)
				require.ErrorContains(t, err, tt.want)
				assert.NotContains(t, err.Error(), key)
				assert.Empty(t, append(s.Logins, s.Seen...))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.url+"/auth/vendor", s.Logins[0].URL.String())
			assert.Equal(t, tt.url+"/identity/resources/groups/v1", s.Seen[0].URL.String())
			assert.Equal(t, "acme", s.Seen[0].Header.Get("Frontegg-Tenant-Id"))
		})
	}
}

func TestForTenant_Precedence(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: reply(200, noGroups)}
	c := newLoginClient(t, s)
	view := c.ForTenant("first").ForTenant("view")
	for _, list := range []func() error{
		func() error { return errOf(c.Groups.List(t.Context())) },
		func() error { return errOf(view.Groups.List(t.Context())) },
		func() error { return errOf(view.Groups.List(t.Context(), frontegg.WithTenant("call"))) },
		func() error { return errOf(c.ForTenant("other").Groups.List(t.Context())) },
		func() error { return errOf(c.Groups.List(t.Context())) },
	} {
		require.NoError(t, list())
	}
	var tenants []string
	for _, r := range append(s.Logins, s.Seen...) {
		tenants = append(tenants, r.Header.Get("Frontegg-Tenant-Id"))
	}
	assert.Equal(t, []string{"", "acme", "view", "call", "other", "acme"}, tenants, "one token request")
}

type contextKey struct{}

func TestWithHook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type seen struct {
			frontegg.CallInfo
			frontegg.CallResult
		}
		var calls []seen
		hook := func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
			return context.WithValue(ctx, contextKey{}, call.Op), func(r frontegg.CallResult) { calls = append(calls, seen{call, r}) }
		}
		s := &fakeTransport{Respond: script(reply(503, ""), reply(404, "", "X-Frontegg-Trace-Id", "trace-2"))}
		c := newLoginClient(t, s, frontegg.WithHook(hook))
		require.ErrorIs(t, errOf(c.Groups.Get(t.Context(), "g1")), frontegg.ErrNotFound)

		require.Len(t, calls, 2)
		assert.Equal(t, frontegg.CallInfo{Op: "auth.vendor", Method: "POST", Route: "/auth/vendor", Host: "api.frontegg.com"}, calls[0].CallInfo)
		assert.Equal(t, frontegg.CallResult{StatusCode: 200, Attempts: 1}, calls[0].CallResult)
		assert.Equal(t, frontegg.CallInfo{Op: "groups.get", Method: "GET", Route: "/identity/resources/groups/v1/{id}", Host: "api.frontegg.com", Tenant: "acme"}, calls[1].CallInfo)
		assert.Equal(t, []any{404, 2, "trace-2"}, []any{calls[1].StatusCode, calls[1].Attempts, calls[1].TraceID})
		assert.GreaterOrEqual(t, calls[1].Waited, 50*time.Millisecond)
		require.ErrorIs(t, calls[1].Err, frontegg.ErrNotFound)
		var ops []any
		for _, r := range append(s.Logins, s.Seen...) {
			ops = append(ops, r.Context().Value(contextKey{}))
		}
		assert.Equal(t, []any{"auth.vendor", "groups.get", "groups.get"}, ops, "the transport has the hook's context")
	})
}
