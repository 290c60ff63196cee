package fronteggtest_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

const (
	vendorPath = "/auth/vendor"
	apiV2      = "/identity/resources/auth/v2/api-token"
	apiV1      = "/identity/resources/auth/v1/api-token"
)

func pair(clientID, secret string) string {
	b, _ := json.Marshal(map[string]string{"clientId": clientID, "secret": secret})
	return string(b)
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := oneGroup(t, fronteggtest.WithTokenTTL(90*time.Minute))
	s.AddUser("acme", frontegg.User{ID: "u1", Email: "ada@example.com"})
	s.AssignRoles("acme", "u1", s.AddRole("acme", frontegg.Role{Key: "admin", Permissions: []string{"p2", "p1"}}).ID)
	api := inMemory(t, s).with("Authorization", "")
	tenantID, tenantSecret := s.AddAPIToken("acme")
	userID, userSecret := s.AddUserAPIToken("acme", "u1")
	id, key := s.Credentials()
	ofTenant := map[string]any{
		"sub": tenantID, "tenantId": "acme", "type": "tenantApiToken", "roles": []any{}, "permissions": []any{},
		"metadata": map[string]any{}, "userMetadata": map[string]any{},
	}
	for name, row := range map[string]struct {
		path, body, value, life string
		claims                  map[string]any // without iat and exp
	}{
		"environment":     {vendorPath, pair(id, key), "token", "expiresIn", map[string]any{"type": "vendor", "vendorId": id, "scopes": []any{}}},
		"tenant token v2": {apiV2, pair(tenantID, tenantSecret), "access_token", "expires_in", ofTenant},
		"tenant token v1": {apiV1, pair(tenantID, tenantSecret), "accessToken", "expiresIn", ofTenant},
		"user token": {apiV2, pair(userID, userSecret), "access_token", "expires_in", map[string]any{
			"sub": "u1", "tenantId": "acme", "type": "userApiToken", "email": "ada@example.com", "roles": []any{"admin"},
			"permissions": []any{"p1", "p2"}, "metadata": map[string]any{}, "userMetadata": map[string]any{},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := api.of(t).do("POST", "/frontegg"+row.path, row.body)
			require.Equal(t, 200, got.status, got.body)
			var doc map[string]any
			got.read(t, &doc)
			assert.InDelta(t, 5400, doc[row.life], 0)

			jwt, _ := doc[row.value].(string)
			claims := claimsOf(t, jwt)
			assert.InDelta(t, 5400, claims["exp"].(float64)-claims["iat"].(float64), 1)
			delete(claims, "exp")
			delete(claims, "iat")
			assert.Equal(t, row.claims, claims)

			caller := api.of(t).with("Authorization", "Bearer "+jwt)
			if row.claims["tenantId"] != nil {
				caller = caller.with("Frontegg-Tenant-Id", "")
			}
			assert.Equal(t, 200, caller.do("GET", v1+"/g1", "").status)
		})
	}
}

// claimsOf returns the claims of an access token.
func claimsOf(t *testing.T, jwt string) map[string]any {
	t.Helper()
	parts := strings.Split(jwt, ".")
	require.Len(t, parts, 3)
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(payload, &claims))
	return claims
}

func TestLogin_EnvironmentTokenLastsADay(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	id, key := s.Credentials()
	got := inMemory(t, s).do("POST", vendorPath, pair(id, key))
	assert.Contains(t, got.body, `"expiresIn":86400`)
}

func TestLogin_V1Only(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t, fronteggtest.WithBehavior(fronteggtest.Behavior{LoginV1Only: true}))
	api := inMemory(t, s).with("Authorization", "")
	body := pair(s.AddAPIToken("acme"))
	assert.Equal(t, 404, api.do("POST", apiV2, body).status)
	got := api.do("POST", apiV1, body)
	assert.Equal(t, 200, got.status)
	assert.Contains(t, got.body, `"mfaRequired":false`)
}

func TestIssueToken_Unique(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	one, two := s.IssueToken(""), s.IssueToken("")
	assert.NotEqual(t, one, two)
}

func TestServer_AddUserAPIToken_UnknownUser(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { fronteggtest.NewServer().AddUserAPIToken("acme", "nobody") })
}

func TestLogin_WrongCredentials(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	id, key := s.Credentials()
	tenantID, tenantSecret := s.AddAPIToken("acme")
	for name, row := range map[string]struct {
		path, body string
		status     int
	}{
		"wrong key":                      {vendorPath, pair(id, "wrong"), 401},
		"wrong id":                       {vendorPath, pair("wrong", key), 401},
		"API token as environment":       {vendorPath, pair(tenantID, tenantSecret), 401},
		"environment as API token":       {apiV2, pair(id, key), 401},
		"wrong secret, v1":               {apiV1, pair(tenantID, "wrong"), 401},
		"unknown and empty":              {apiV2, pair("", ""), 401},
		"no secret":                      {vendorPath, `{"clientId":"x"}`, 400},
		"apiKey for secret":              {vendorPath, `{"clientId":"x","apiKey":"y"}`, 400},
		"no body":                        {vendorPath, "", 400},
		"a secret that is not a string ": {vendorPath, `{"clientId":"x","secret":1}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := api.of(t).do("POST", row.path, row.body)
			assert.Equal(t, row.status, got.status, got.body)
			assert.Regexp(t, `^{"errors":\["`, got.body)
		})
	}
}

func TestWithTokenTTL(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithTokenTTL(time.Hour))
		api := inMemory(t, s)
		clock.Pass(time.Hour - time.Nanosecond)
		assert.Equal(t, 200, api.do("GET", v1, "").status)
		clock.Pass(time.Nanosecond)
		assert.Equal(t, 401, api.do("GET", v1, "").status)
		assert.Equal(t, fronteggtest.AuthInvalid, s.Requests()[1].Auth)
	})
}

func TestWithTokenTTL_ExpiresDuringDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithTokenTTL(time.Hour))
		s.Inject(fronteggtest.Fault{Delay: 2 * time.Hour})
		assert.Equal(t, 401, inMemory(t, s).do("GET", v1, "").status)
	})
}

func TestServer_RevokeTokens(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	one, two := inMemory(t, s), inMemory(t, s)
	token, _ := strings.CutPrefix(one.header.Get("Authorization"), "Bearer ")
	s.RevokeTokens(token)
	assert.Equal(t, 401, one.do("GET", v1, "").status)
	assert.Equal(t, 200, two.do("GET", v1, "").status)
	s.RevokeTokens()
	assert.Equal(t, 401, two.do("GET", v1, "").status)
	assert.Equal(t, 200, inMemory(t, s).do("GET", v1, "").status)
}

func TestWithRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithRateLimit(2, time.Minute))
		api := inMemory(t, s)
		began := time.Now()
		limits := func(a result) []string {
			return []string{
				a.header.Get("X-Rate-Limit-Limit"), a.header.Get("X-Rate-Limit-Remaining"), a.header.Get("X-Rate-Limit-Reset"),
			}
		}
		end := began.Add(time.Minute).UTC().Format(time.RFC3339)

		assert.Equal(t, []string{"2", "1", end}, limits(api.do("GET", v1, "")))
		clock.Pass(59 * time.Second)
		assert.Equal(t, []string{"2", "0", end}, limits(api.do("GET", v1, "")))
		third := api.do("GET", v1, "")
		assert.Equal(t, time.Now().UTC().Format(http.TimeFormat), third.header.Get("Date"))
		assert.Equal(t, http.StatusTooManyRequests, third.status)
		assert.Equal(t, []string{"2", "0", end}, limits(third))
		assert.JSONEq(t, `{"errors":["Too many requests"]}`, third.body)
		assert.Equal(t, 200, api.do("GET", v1+"/g1", "").status, "another operation has its own limit")
		assert.Equal(t, 2, s.Applied("groups.list"))

		clock.Pass(time.Second)
		next := began.Add(2 * time.Minute).UTC().Format(time.RFC3339)
		assert.Equal(t, []string{"2", "1", next}, limits(api.do("GET", v1, "")))
	})
}

func TestWithOperationRateLimit(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t, fronteggtest.WithRateLimit(2, time.Minute),
		fronteggtest.WithOperationRateLimit("users.listPage", 1, time.Minute),
		fronteggtest.WithOperationRateLimit("groups.listPage", 0, 0))
	api := inMemory(t, s)
	for name, row := range map[string]struct {
		path string
		want []int
	}{
		"its own limit": {usersV3, []int{200, 429, 429}},
		"the general":   {v1, []int{200, 200, 429}},
		"no limit":      {v2, []int{200, 200, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := api.of(t)
			for i, want := range row.want {
				assert.Equal(t, want, api.do("GET", row.path, "").status, "request %d", i)
			}
		})
	}
	for _, op := range []string{"users.list", "users.*", ""} {
		assert.Panics(t, func() { fronteggtest.WithOperationRateLimit(op, 1, time.Minute) }, op)
	}
}

func TestWithRateLimit_None(t *testing.T) {
	t.Parallel()
	got := inMemory(t, oneGroup(t, fronteggtest.WithRateLimit(0, time.Minute))).do("GET", v1, "")
	assert.NotContains(t, got.header, "X-Rate-Limit-Limit")
}

func TestWithCredentials(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t, fronteggtest.WithCredentials("me", "my-key"))
	id, key := s.Credentials()
	assert.Equal(t, []string{"me", "my-key"}, []string{id, key})
	client, err := s.MemoryClient()
	require.NoError(t, err)
	_, err = client.Groups.Config(t.Context())
	require.NoError(t, err)

	other, _ := fronteggtest.Start(t).Credentials()
	another, _ := fronteggtest.Start(t).Credentials()
	assert.NotEqual(t, other, another, "servers do not share credentials")
	_, err = client.ForTenant("acme").Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "x"})
	require.NoError(t, err)
}
