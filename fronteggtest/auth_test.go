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

func TestTokensAreHandedOut(t *testing.T) {
	t.Parallel()
	s := oneGroup(t, fronteggtest.WithTokenTTL(90*time.Minute))
	api := inMemory(t, s).with("Authorization", "")
	tenantID, tenantSecret := s.AddAPIToken("acme")
	id, key := s.Credentials()
	for name, row := range map[string]struct {
		path, body, value, life string
		tenant                  any
	}{
		"of the environment": {vendorPath, pair(id, key), "token", "expiresIn", nil},
		"of an account, v2":  {apiV2, pair(tenantID, tenantSecret), "access_token", "expires_in", "acme"},
		"of an account, v1":  {apiV1, pair(tenantID, tenantSecret), "accessToken", "expiresIn", "acme"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := api.of(t).do("POST", "/frontegg"+row.path, row.body)
			require.Equal(t, 200, got.status, got.body)
			var doc map[string]any
			got.read(t, &doc)
			assert.InDelta(t, 5400, doc[row.life], 0)

			jwt, _ := doc[row.value].(string)
			parts := strings.Split(jwt, ".")
			require.Len(t, parts, 3)
			payload, err := base64.RawURLEncoding.DecodeString(parts[1])
			require.NoError(t, err)
			var claims map[string]any
			require.NoError(t, json.Unmarshal(payload, &claims))
			assert.Equal(t, row.tenant, claims["tenantId"])
			assert.Equal(t, id, claims["vendorId"])
			assert.InDelta(t, 5400, claims["exp"].(float64)-claims["iat"].(float64), 1)

			caller := api.with("Authorization", "Bearer "+jwt)
			if row.tenant != nil {
				caller = caller.with("Frontegg-Tenant-Id", "")
			}
			assert.Equal(t, 200, caller.do("GET", v1+"/g1", "").status)
		})
	}
}

func TestWrongCredentialsGetNoToken(t *testing.T) {
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

func TestTokensExpire(t *testing.T) {
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

func TestATokenIsLookedAtWhenTheOperationRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithTokenTTL(time.Hour))
		s.Inject(fronteggtest.Fault{Delay: 2 * time.Hour})
		assert.Equal(t, 401, inMemory(t, s).do("GET", v1, "").status)
	})
}

func TestTokensCanBeRevoked(t *testing.T) {
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

func TestRateLimitsHoldPerOperationAndWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithRateLimit(2, time.Minute))
		api := inMemory(t, s)
		began := time.Now()
		told := func(a answered) []string {
			return []string{
				a.header.Get("X-Rate-Limit-Limit"), a.header.Get("X-Rate-Limit-Remaining"), a.header.Get("X-Rate-Limit-Reset"),
			}
		}
		end := began.Add(time.Minute).UTC().Format(time.RFC3339)

		assert.Equal(t, []string{"2", "1", end}, told(api.do("GET", v1, "")))
		clock.Pass(59 * time.Second)
		assert.Equal(t, []string{"2", "0", end}, told(api.do("GET", v1, "")))
		third := api.do("GET", v1, "")
		assert.Equal(t, time.Now().UTC().Format(http.TimeFormat), third.header.Get("Date"))
		assert.Equal(t, http.StatusTooManyRequests, third.status)
		assert.Equal(t, []string{"2", "0", end}, told(third))
		assert.JSONEq(t, `{"errors":["Too many requests"]}`, third.body)
		assert.Equal(t, 200, api.do("GET", v1+"/g1", "").status, "another operation has its own limit")
		assert.Equal(t, 2, s.Applied("groups.list"))

		clock.Pass(time.Second)
		next := began.Add(2 * time.Minute).UTC().Format(time.RFC3339)
		assert.Equal(t, []string{"2", "1", next}, told(api.do("GET", v1, "")))
	})
}

func TestWithoutALimitNoLimitIsTold(t *testing.T) {
	t.Parallel()
	got := inMemory(t, oneGroup(t, fronteggtest.WithRateLimit(0, time.Minute))).do("GET", v1, "")
	assert.NotContains(t, got.header, "X-Rate-Limit-Limit")
}

func TestGivenCredentialsAreTaken(t *testing.T) {
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
