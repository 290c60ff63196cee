package fronteggtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestServer_Requests(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s).with("X-Mine", "yes")
	got := api.do("PATCH", "/frontegg"+v1+"/g%31?b=2&a=1", `{"color":"blue"}`)
	api.with("Authorization", "").do("GET", "/elsewhere", "")
	api.with("Authorization", "Bearer "+s.IssueToken("globex")).do("GET", v1+"/g1", "")

	all := s.Requests()
	require.Len(t, all, 3)
	first := all[0]
	assert.Equal(t, "groups.update", first.Op)
	assert.Equal(t, "PATCH", first.Method)
	assert.Equal(t, "/frontegg"+v1+"/g%31", first.Path)
	assert.Equal(t, url.Values{"a": {"1"}, "b": {"2"}}, first.Query)
	assert.Equal(t, "yes", first.Header.Get("X-Mine"))
	assert.JSONEq(t, `{"color":"blue"}`, string(first.Body))
	assert.Equal(t, fronteggtest.AuthEnvironment, first.Auth)
	assert.Equal(t, "acme", first.Tenant)
	assert.Equal(t, 200, first.Status)
	assert.Equal(t, got.header.Get("Frontegg-Trace-Id"), first.TraceID)
	assert.False(t, first.Time.IsZero())

	assert.Equal(t, []any{"", fronteggtest.AuthNone, 404}, []any{all[1].Op, all[1].Auth, all[1].Status})
	assert.Equal(t, []any{fronteggtest.AuthTenant, "globex", 404}, []any{all[2].Auth, all[2].Tenant, all[2].Status})
}

func TestServer_Requests_NoSecrets(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	id, key := s.Credentials()
	tenantID, tenantSecret := s.AddAPIToken("acme")
	jwt := s.IssueToken("acme")
	bearer := api.with("Authorization", "Bearer "+jwt).with("Cookie", "session="+jwt).with("Proxy-Authorization", jwt)
	bearer.do("GET", v1, "")
	bearer.do("POST", vendorPath, pair(id, key))
	bearer.do("POST", apiV2, pair(tenantID, tenantSecret))
	bearer.do("POST", apiV1, pair(tenantID, tenantSecret)+"}")
	bearer.do("POST", vendorPath, `{"clientId":"`+id+`","nested":{"secret":"`+key+`"}}`)

	all := s.Requests()
	require.Len(t, all, 5)
	b, err := json.Marshal(all)
	require.NoError(t, err)
	shown := fmt.Sprintf("%s %+v", b, all)
	for _, r := range all {
		shown += string(r.Body)
	}
	for _, secret := range []string{key, tenantSecret, jwt} {
		assert.NotContains(t, shown, secret)
	}
	assert.Equal(t, "[REDACTED]", all[0].Header.Get("Authorization"))
	assert.JSONEq(t, `{"clientId":"`+id+`","secret":"[REDACTED]"}`, string(all[1].Body))
	assert.Equal(t, "[REDACTED]", string(all[3].Body), "what cannot be read is not shown")
}

func TestWithRequestLog(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 3: 3, 20: 7} {
		s := oneGroup(t, fronteggtest.WithRequestLog(limit))
		api := inMemory(t, s)
		for i := range 7 {
			api.do("GET", fmt.Sprintf("%s?n=%d", v1, i), "")
		}
		all := s.Requests()
		require.Len(t, all, want, "a log of %d", limit)
		for i, r := range all {
			assert.Equal(t, fmt.Sprint(7-want+i), r.Query.Get("n"))
		}
		assert.Equal(t, []int{7, 7, 7, 7, 0, 0}, []int{
			s.Count(""), s.Count("groups.list"), s.Applied("groups.list"), s.Applied("groups.*"), s.Count("groups.get"), s.Count("users.*"),
		})
		s.ResetRequests()
		assert.Empty(t, s.Requests())
		assert.Zero(t, s.Count("")+s.Applied(""))
		assert.Len(t, s.Groups("acme"), 1)
	}
}

func TestServer_Count_IncompleteRequest(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	api := overTCP(t, s)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+v1, strings.NewReader(`{"name":"x"}`))
	require.NoError(t, err)
	req.Header = api.header
	req.ContentLength = 1000 // net/http sends the body, then fails
	_, err = api.http.Do(req)
	require.Error(t, err)
	s.Close() // waits for requests in progress
	assert.Zero(t, s.Count(""))
}

func TestServer_Requests_Applied(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	s.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
	s.Inject(fronteggtest.Fault{Op: "groups.update", Status: 503})
	_, err := api.try("POST", v1, `{"name":"New"}`)
	require.Error(t, err)
	api.do("PATCH", v1+"/g1", `{"color":"x"}`)
	api.do("GET", v1+"/nope", "")
	api.do("GET", v1, "")
	var applied []bool
	for _, r := range s.Requests() {
		applied = append(applied, r.Applied)
	}
	assert.Equal(t, []bool{true, false, false, true}, applied)
}
