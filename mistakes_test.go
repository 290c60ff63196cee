package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// setEnv sets the variables of NewClientFromEnv, and all others to nothing.
func setEnv(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"FRONTEGG_CLIENT_ID", "FRONTEGG_API_KEY", "FRONTEGG_TENANT_ID", "FRONTEGG_REGION", "FRONTEGG_BASE_URL"} {
		t.Setenv(name, variables[name])
	}
}

func TestNewClientFromEnv_Mistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"key ends in a line break":    {map[string]string{"FRONTEGG_API_KEY": "key-of-the-test\n"}, "FRONTEGG_API_KEY ends in a line break"},
		"id ends in a line break":     {map[string]string{"FRONTEGG_CLIENT_ID": "id\r\n"}, "FRONTEGG_CLIENT_ID ends in a line break"},
		"tenant ends in a line break": {map[string]string{"FRONTEGG_TENANT_ID": "acme\n"}, "FRONTEGG_TENANT_ID ends in a line break"},
		"URL ends in a line break":    {map[string]string{"FRONTEGG_BASE_URL": "https://example.com\n"}, "FRONTEGG_BASE_URL ends in a line break"},
		"region and URL":              {map[string]string{"FRONTEGG_REGION": "us", "FRONTEGG_BASE_URL": "https://example.com"}, "FRONTEGG_BASE_URL must not be used with a region: unset it or FRONTEGG_REGION"},
		"key in quotes":               {map[string]string{"FRONTEGG_API_KEY": `"key-of-the-test"`}, "FRONTEGG_API_KEY is in quotes: remove them"},
		"tenant in quotes":            {map[string]string{"FRONTEGG_TENANT_ID": "'acme'"}, "FRONTEGG_TENANT_ID is in quotes: remove them"},
		"space before the key":        {map[string]string{"FRONTEGG_API_KEY": " key-of-the-test"}, "FRONTEGG_API_KEY has a character that is not visible ASCII: a space"},
		"URL without a scheme":        {map[string]string{"FRONTEGG_BASE_URL": "127.0.0.1:4010"}, "FRONTEGG_BASE_URL is not a URL that begins with https://"},
		"plain http":                  {map[string]string{"FRONTEGG_BASE_URL": "http://proxy"}, "WithInsecureHTTP"},
	} {
		t.Run(name, func(t *testing.T) {
			variables := map[string]string{"FRONTEGG_CLIENT_ID": "id", "FRONTEGG_API_KEY": "key-of-the-test"}
			maps.Copy(variables, tt.variables)
			setEnv(t, variables)
			_, err := frontegg.NewClientFromEnv()
			require.ErrorContains(t, err, tt.want)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.NotContains(t, err.Error(), "key-of-the-test")
		})
	}
}

func TestNewClientFromEnv_TenantRequired(t *testing.T) {
	setEnv(t, map[string]string{"FRONTEGG_CLIENT_ID": "id", "FRONTEGG_API_KEY": "key-of-the-test"})
	c, err := frontegg.NewClientFromEnv()
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Groups.List(t.Context())
	require.ErrorIs(t, err, frontegg.ErrTenantRequired)
	assert.ErrorContains(t, err, "FRONTEGG_TENANT_ID")
}

func TestWithToken_Bearer(t *testing.T) {
	t.Parallel()
	_, err := frontegg.NewClient(frontegg.WithToken("Bearer abc.def.ghi"))
	require.ErrorContains(t, err, "leave that out")
	assert.NotContains(t, err.Error(), "abc")
}

func TestTenant_Empty(t *testing.T) {
	t.Parallel()
	c, err := frontegg.NewClient(frontegg.WithToken("token"), frontegg.WithHTTPClient(httpClient(roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("nothing must be sent")
	}))))
	require.NoError(t, err)
	_, onClient := frontegg.NewClient(frontegg.WithToken("token"), frontegg.WithTenant(""))
	_, onView := c.ForTenant("").Groups.List(t.Context())
	_, onCall := c.Groups.List(t.Context(), frontegg.WithTenant(""))
	for name, err := range map[string]error{"client": onClient, "view": onView, "call": onCall} {
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, err, &invalid, name)
		require.ErrorIs(t, err, frontegg.ErrTenantRequired, name)
	}
	_, err = c.ForTenant("a b").Groups.List(t.Context())
	require.Error(t, err)
	require.NotErrorIs(t, err, frontegg.ErrTenantRequired)
}

func TestTenant_Precedence(t *testing.T) {
	t.Parallel()
	var sent []string
	c, err := frontegg.NewClient(frontegg.WithToken("token"), frontegg.WithTenant("client"), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}), frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Get("Frontegg-Tenant-Id"))
		return nil, context.Canceled
	}))))
	require.NoError(t, err)
	_ = c.Groups.Delete(t.Context(), "g1")
	view := c.ForTenant("first").ForTenant("view")
	_ = view.Groups.Delete(t.Context(), "g1")
	_ = view.Groups.Delete(t.Context(), "g1", frontegg.WithTenant("call"))
	assert.Equal(t, []string{"client", "view", "call"}, sent)
}

func TestWithInsecureHTTP(t *testing.T) {
	t.Parallel()
	var hosts []string
	transport := frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
		hosts = append(hosts, r.URL.Scheme+"://"+r.URL.Host+" "+r.Header.Get("Authorization"))
		return nil, context.Canceled
	})))
	url, token := frontegg.WithBaseURL("http://frontegg-proxy:8080"), frontegg.WithToken("token")
	for _, opts := range [][]frontegg.ClientOption{{url, frontegg.WithInsecureHTTP()}, {frontegg.WithInsecureHTTP(), url}} {
		c, err := frontegg.NewClient(append(opts, token, transport, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))...)
		require.NoError(t, err, "in any order")
		_ = c.Groups.Delete(t.Context(), "g1")
	}
	assert.Equal(t, []string{"http://frontegg-proxy:8080 Bearer token", "http://frontegg-proxy:8080 Bearer token"}, hosts)
	_, err := frontegg.NewClient(url, token)
	require.ErrorContains(t, err, "WithInsecureHTTP")
}

func TestRetryAt(t *testing.T) {
	t.Parallel()
	early, late := time.Now().Add(time.Minute), time.Now().Add(time.Hour)
	limit := &frontegg.RateLimitError{RetryAt: early}
	for name, tt := range map[string]struct {
		err  error
		want time.Time
	}{
		"nil":               {nil, time.Time{}},
		"another error":     {errors.New("x"), time.Time{}},
		"RateLimitError":    {limit, early},
		"wrapped":           {fmt.Errorf("sync: %w", &frontegg.AuthError{Err: limit}), early},
		"APIError":          {&frontegg.APIError{StatusCode: 503, RetryAt: late}, late},
		"without a time":    {&frontegg.APIError{StatusCode: 429}, time.Time{}},
		"the latest":        {errors.Join(limit, &frontegg.BatchError{Err: &frontegg.RateLimitError{RetryAt: late}}, errors.New("x")), late},
		"a zero BatchError": {&frontegg.BatchError{}, time.Time{}},
	} {
		got, ok := frontegg.RetryAt(tt.err)
		assert.Equal(t, tt.want, got, name)
		assert.Equal(t, !tt.want.IsZero(), ok, name)
	}
}

func TestErrClosed(t *testing.T) {
	t.Parallel()
	for _, credentials := range []frontegg.ClientOption{frontegg.WithToken("token"), frontegg.WithAPIToken("id", "secret-of-the-test")} {
		c, err := frontegg.NewClient(credentials)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		_, err = c.Groups.List(t.Context())
		require.ErrorIs(t, err, frontegg.ErrClosed)
		require.ErrorIs(t, c.ForTenant("t").Groups.Delete(t.Context(), "g1"), frontegg.ErrClosed)
	}
}

func TestDecodeMetadata_Error(t *testing.T) {
	t.Parallel()
	g := frontegg.Group{ID: "g1", Name: "Admins", Metadata: "team: platform" + strings.Repeat(" and more", 100)}
	var v map[string]any
	err := g.DecodeMetadata(&v)
	require.Error(t, err)
	for _, part := range []string{`"Admins"`, `"g1"`, `"team: platform`} {
		assert.ErrorContains(t, err, part)
	}
	assert.Less(t, len(err.Error()), 300)
}

func TestAddRoles_KeyInPlaceOfID(t *testing.T) {
	t.Parallel()
	server := fronteggtest.Start(t)
	group := server.AddGroup("acme", frontegg.Group{})
	c, err := server.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	for _, keys := range [][]string{{"admin"}, {"3f2b6a1c-7d44-4e19-9c0e-000000000001", "admin"}} {
		err := c.Groups.AddRoles(t.Context(), group.ID, keys)
		require.ErrorIs(t, err, frontegg.ErrNotFound)
		assert.ErrorContains(t, err, `is "admin" the key of a role? Roles.FindByKeys finds its ID`)
	}
	err = c.Groups.AddRoles(t.Context(), group.ID, []string{"3f2b6a1c-7d44-4e19-9c0e-000000000001"})
	require.ErrorIs(t, err, frontegg.ErrNotFound)
	assert.NotContains(t, err.Error(), "FindByKeys")
}

func TestGroupID_NameInPlaceOfID(t *testing.T) {
	t.Parallel()
	server := fronteggtest.Start(t)
	server.AddGroup("acme", frontegg.Group{Name: "Admins"})
	user := server.AddUser("acme", frontegg.User{})
	c, err := server.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, get := c.Groups.Get(t.Context(), "Admins")
	for name, err := range map[string]error{
		"get": get, "delete": c.Groups.Delete(t.Context(), "Admins"), "addUsers": c.Groups.AddUsers(t.Context(), "Admins", []string{user.ID}),
	} {
		require.ErrorIs(t, err, frontegg.ErrNotFound, name)
		assert.ErrorContains(t, err, `is "Admins" the name of a group? Groups.FindByName finds its ID`, name)
	}
	err = c.Groups.Delete(t.Context(), "3f2b6a1c-7d44-4e19-9c0e-000000000001")
	require.ErrorIs(t, err, frontegg.ErrNotFound)
	assert.NotContains(t, err.Error(), "FindByName")
}

func TestCredentials_OfTheOtherKind(t *testing.T) {
	t.Parallel()
	server := fronteggtest.Start(t)
	id, key := server.Credentials()
	tokenID, secret := server.AddAPIToken("acme")
	for name, credentials := range map[string]frontegg.ClientOption{
		"API token as those of an environment": frontegg.WithCredentials(tokenID, secret),
		"those of an environment as API token": frontegg.WithAPIToken(id, key),
	} {
		c, err := frontegg.NewClient(credentials, frontegg.WithTenant("acme"), frontegg.WithHTTPClient(httpClient(server.Transport())))
		require.NoError(t, err)
		_, err = c.Groups.List(t.Context())
		require.ErrorIs(t, err, frontegg.ErrAuthentication, name)
		assert.ErrorContains(t, err, "WithCredentials takes those of an environment, WithAPIToken those of an API token", name)
		require.NoError(t, c.Close())
	}
}

func TestUnauthorized_NamesTheServer(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer srv.Close()
	for name, tt := range map[string]struct {
		server frontegg.ClientOption
		want   string
	}{
		"region":  {frontegg.WithRegion(frontegg.RegionUS), "api.us.frontegg.com, region us"},
		"default": {frontegg.WithRetry(frontegg.RetryPolicy{}), "api.frontegg.com, region eu"},
		"URL":     {frontegg.WithBaseURL("https://login.example.com/frontegg"), "they belong to login.example.com"},
	} {
		c, err := frontegg.NewClient(frontegg.WithCredentials("id", "key-of-the-test"), frontegg.WithTenant("t"), tt.server,
			frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
				out, err := http.NewRequestWithContext(r.Context(), r.Method, srv.URL, http.NoBody)
				if err != nil {
					return nil, err
				}
				return http.DefaultTransport.RoundTrip(out)
			}))))
		require.NoError(t, err)
		_, err = c.Groups.List(t.Context())
		require.ErrorIs(t, err, frontegg.ErrAuthentication, name)
		assert.ErrorContains(t, err, tt.want, name)
		_ = c.Close()
	}
}

func TestIDHint_NoSecret(t *testing.T) {
	t.Parallel()
	server := fronteggtest.Start(t, fronteggtest.WithCredentials("id", "key-of-the-test"))
	group := server.AddGroup("acme", frontegg.Group{})
	c, err := server.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	err = c.Groups.AddRoles(t.Context(), group.ID, []string{"key-of-the-test"})
	require.ErrorContains(t, err, "the key of a role?")
	assert.NotContains(t, err.Error(), "key-of-the-test")
	err = c.Groups.Delete(t.Context(), "key-of-the-test")
	require.ErrorContains(t, err, "the name of a group?")
	assert.NotContains(t, err.Error(), "key-of-the-test")
}
