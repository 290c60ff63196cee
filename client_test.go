package frontegg_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func httpClient(rt http.RoundTripper) *http.Client { return &http.Client{Transport: rt} }

func TestNewClient_Invalid(t *testing.T) {
	t.Parallel()
	token := frontegg.WithToken("token-of-the-test")
	tests := []struct {
		name string
		opts []frontegg.ClientOption
		want string // a part of the error
	}{
		{"no credentials", nil, "credentials are required"},
		{"two kinds of credentials", []frontegg.ClientOption{token, frontegg.WithCredentials("id", "key")}, "given once, not as WithToken, WithCredentials"},
		{"empty client id", []frontegg.ClientOption{frontegg.WithCredentials("", "key")}, "client ID is empty"},
		{"empty secret", []frontegg.ClientOption{frontegg.WithAPIToken("id", "")}, "secret is empty"},
		{"token with a space", []frontegg.ClientOption{frontegg.WithToken("a b")}, "WithToken has a character"},
		{"empty token", []frontegg.ClientOption{frontegg.WithToken("")}, "WithToken is empty"},
		{"huge token", []frontegg.ClientOption{frontegg.WithToken(strings.Repeat("x", 16<<10+1))}, "WithToken is too long"},
		{"nil token source", []frontegg.ClientOption{frontegg.WithTokenSource(nil)}, "WithTokenSource must not be nil"},
		{"plain http", []frontegg.ClientOption{token, frontegg.WithBaseURL("http://example.com")}, "plain http"},
		{"plain http to a name like loopback", []frontegg.ClientOption{token, frontegg.WithBaseURL("http://127.0.0.1.example.com")}, "plain http"},
		{"user info", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://u:swordfish@example.com")}, "user info"},
		{"query", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com?x=1")}, "a query"},
		{"empty query", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com?")}, "a query"},
		{"fragment", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com#f")}, "a fragment"},
		{"empty fragment", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com/#")}, "a fragment"},
		{"dot dot", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com/a/../b")}, "segment"},
		{"escaped dot dot", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://example.com/a/%2e%2e/b")}, "segment"},
		{"no host", []frontegg.ClientOption{token, frontegg.WithBaseURL("https:///x")}, "no host"},
		{"port without a host", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://:443")}, "no host"},
		{"no scheme", []frontegg.ClientOption{token, frontegg.WithBaseURL("example.com")}, "https://"},
		{"unparsable", []frontegg.ClientOption{token, frontegg.WithBaseURL("https://u:swordfish@exa mple.com")}, "not a URL"},
		{"unknown region", []frontegg.ClientOption{token, frontegg.WithRegion("mars")}, "must be eu, us, ca, au or uk"},
		{"region and base URL", []frontegg.ClientOption{token, frontegg.WithRegion("us"), frontegg.WithBaseURL("https://example.com")}, "must not be used with a region"},
		{"nil http.Client", []frontegg.ClientOption{token, frontegg.WithHTTPClient(nil)}, "WithHTTPClient must not be nil"},
		{"empty tenant", []frontegg.ClientOption{token, frontegg.WithTenant("")}, "WithTenant is empty"},
		{"empty environment", []frontegg.ClientOption{token, frontegg.WithEnvironment("")}, "WithEnvironment is empty"},
		{"own header", []frontegg.ClientOption{token, frontegg.WithHeader("User-Agent", "x")}, "is set by the client"},
		{"negative retry bound", []frontegg.ClientOption{token, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: -1})}, "negative"},
		{"application with a line feed", []frontegg.ClientOption{token, frontegg.WithApplication("a\nb", "")}, "WithApplication name"},
		{"application version with a slash", []frontegg.ClientOption{token, frontegg.WithApplication("a", "1/2")}, "WithApplication version"},
		{"timeout", []frontegg.ClientOption{token, frontegg.WithTimeout(-1)}, "WithTimeout must be positive"},
		{"nil option", []frontegg.ClientOption{token, nil}, "options must not include nil"},
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

func TestWithBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, base, want string }{
		{"prefix", "https://admin.example.com/frontegg", "https://admin.example.com/frontegg/identity/resources/groups/v1"},
		{"trailing slash", "https://admin.example.com/frontegg/", "https://admin.example.com/frontegg/identity/resources/groups/v1"},
		{"escaped prefix", "https://example.com/a%2Fb", "https://example.com/a%2Fb/identity/resources/groups/v1"},
		{"loopback name", "http://localhost:1", "http://localhost:1/identity/resources/groups/v1"},
		{"loopback v4", "http://127.0.0.2:1", "http://127.0.0.2:1/identity/resources/groups/v1"},
		{"loopback v6", "http://[::1]:1", "http://[::1]:1/identity/resources/groups/v1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got string
			c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithBaseURL(tt.base),
				frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
					got = r.URL.String()
					return nil, errors.New("enough")
				}))), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			_, err = c.Groups.List(t.Context())
			require.Error(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestWithRegion(t *testing.T) {
	t.Parallel()
	for region, host := range map[frontegg.Region]string{
		frontegg.RegionEU: "api.frontegg.com", frontegg.RegionUS: "api.us.frontegg.com",
		frontegg.RegionCA: "api.ca.frontegg.com", frontegg.RegionAU: "api.au.frontegg.com",
	} {
		t.Run(string(region), func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("GET", "https://"+host+"/identity/resources/groups/v1", 200, `{"groups":[]}`)
			_, err := w.client(t, frontegg.WithRegion(region)).Groups.List(t.Context())
			require.NoError(t, err)
		})
	}
}

func TestNewClientFromEnv(t *testing.T) {
	vars := []string{"FRONTEGG_CLIENT_ID", "FRONTEGG_API_KEY", "FRONTEGG_TENANT_ID", "FRONTEGG_REGION", "FRONTEGG_BASE_URL"}
	tests := []struct {
		name string
		env  []string // values of vars
		opts []frontegg.ClientOption
		url  string // of the list that is then read; else:
		want string // a part of the error
	}{
		{name: "credentials and tenant", env: []string{"id", "key-of-the-test", "acme", "", ""}, url: base},
		{name: "region in capitals", env: []string{"id", "key-of-the-test", "acme", "US", ""}, url: "https://api.us.frontegg.com"},
		{name: "base URL", env: []string{"id", "key-of-the-test", "acme", "", "https://x.example.com/frontegg"}, url: "https://x.example.com/frontegg"},
		{name: "option before region", env: []string{"id", "key-of-the-test", "acme", "us", ""}, opts: []frontegg.ClientOption{frontegg.WithRegion("ca")}, url: "https://api.ca.frontegg.com"},
		{name: "option before base URL", env: []string{"id", "key-of-the-test", "acme", "", "nonsense"}, opts: []frontegg.ClientOption{frontegg.WithRegion("eu")}, url: base},
		{name: "credentials option before variables", env: []string{"id", "", "", "", ""}, opts: []frontegg.ClientOption{frontegg.WithCredentials("other", "key-of-option"), frontegg.WithTenant("t")}, url: base},
		{name: "nothing set", env: []string{"", "", "", "", ""}, want: "FRONTEGG_CLIENT_ID is required"},
		{name: "no key", env: []string{"id", "", "", "", ""}, want: "FRONTEGG_API_KEY is required"},
		{name: "bad region", env: []string{"id", "key", "", "mars", ""}, want: "FRONTEGG_REGION"},
		{name: "bad base URL", env: []string{"id", "key", "", "", "http://example.com"}, want: "FRONTEGG_BASE_URL"},
		{name: "region and base URL", env: []string{"id", "key", "", "us", "https://example.com"}, want: "must not be used with a region"},
		{name: "bad tenant", env: []string{"id", "key", "a b", "", ""}, want: "FRONTEGG_TENANT_ID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, name := range vars {
				t.Setenv(name, tt.env[i])
			}
			w := newWire()
			c, err := frontegg.NewClientFromEnv(append(tt.opts, frontegg.WithHTTPClient(httpClient(w)))...)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			w.respond("POST", tt.url+"/auth/vendor", 200, `{"token":"env-token-1","expiresIn":60}`)
			w.respond("GET", tt.url+"/identity/resources/groups/v1", 200, `{"groups":[]}`)
			_, err = c.Groups.List(t.Context())
			require.NoError(t, err)
		})
	}
}

func TestForTenant(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("POST", base+"/auth/vendor", 200, `{"token":"env-token-1","expiresIn":60}`)
	w.respond("GET", groups, 200, `{"groups":[]}`)
	c, err := frontegg.NewClient(frontegg.WithCredentials("id", "key-of-the-test"), frontegg.WithHTTPClient(httpClient(w)), frontegg.WithTenant("root"))
	require.NoError(t, err)
	a, b := c.ForTenant("a"), c.ForTenant("b")
	for _, client := range []*frontegg.Client{a, b, a.ForTenant("c"), c} {
		_, err := client.Groups.List(t.Context())
		require.NoError(t, err)
	}
	var tenants []string
	for _, r := range w.sent() {
		tenants = append(tenants, r.Header.Get("Frontegg-Tenant-Id"))
	}
	assert.Equal(t, []string{"", "a", "b", "c", "root"}, tenants)
}

func TestClose(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups, 200, `{"groups":[]}`)
	c := w.client(t)
	view := c.ForTenant("a")
	require.NoError(t, view.Close())
	_, err := view.Groups.List(t.Context())
	require.NoError(t, err, "closing a view does nothing")
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	_, err = view.Groups.List(t.Context())
	var broken *frontegg.TransportError
	require.ErrorAs(t, err, &broken)
	require.ErrorContains(t, err, "client is closed")
	assert.Len(t, w.sent(), 1)
}

func TestWithHTTPClient_NotChanged(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups, 200, `{"groups":[]}`)
	hc := &http.Client{Transport: w, Timeout: time.Minute}
	before := *hc
	c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithHTTPClient(hc))
	require.NoError(t, err)
	_, err = c.Groups.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before.Timeout, hc.Timeout)
	assert.Equal(t, before.Transport, hc.Transport)
	assert.Nil(t, hc.CheckRedirect)
	assert.Nil(t, hc.Jar)
}
