package frontegg_test

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestDo_Request(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		request   frontegg.Request
		uri, body string
		tenant    string
	}{
		"GET": {
			frontegg.Request{Method: "GET", Path: "/identity/resources/users/v1/{id}", PathParams: map[string]string{"id": "u1"}},
			"/identity/resources/users/v1/u1", "", "acme",
		},
		"escaped parameters": {
			frontegg.Request{Method: "DELETE", Path: "/a/{x}/b/{y-z}", PathParams: map[string]string{"x": "a/b c?d#e%2F", "y-z": "../é;+\\"}},
			"/a/a%2Fb%20c%3Fd%23e%252F/b/..%2F%C3%A9%3B+%5C", "", "acme",
		},
		"query": {
			frontegg.Request{Method: "GET", Path: "/x", Query: url.Values{"email": {"a+b@c.d"}, "a": {"1", "2"}}},
			"/x?a=1&a=2&email=a%2Bb%40c.d", "", "acme",
		},
		"body": {
			frontegg.Request{Method: "PUT", Path: "/x", Body: struct {
				Wait  time.Duration
				Count json.Number
				Zero  int `json:",omitempty"`
				HTML  string
			}{time.Second, "7", 0, "<b>"}},
			"/x", `{"Wait":1000000000,"Count":7,"HTML":"<b>"}`, "acme",
		},
		"no tenant": {frontegg.Request{Method: "POST", Path: "/x", NoTenant: true}, "/x", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got request
			c := clientOf(t, func(r *http.Request) (*http.Response, error) {
				var err error
				got, err = readRequest(r)
				return httpmock.NewStringResponse(200, "anything"), err
			}, frontegg.WithBaseURL("https://example.com/prefix"))
			require.NoError(t, c.Do(t.Context(), tt.request, nil))
			assert.Equal(t, tt.request.Method, got.Method)
			assert.Equal(t, "/prefix"+tt.uri, got.URL.RequestURI())
			assert.Equal(t, tt.body, got.body)
			assert.Equal(t, tt.tenant, got.Header.Get("Frontegg-Tenant-Id"))
			assert.Equal(t, "Bearer token-of-the-test", got.Header.Get("Authorization"))
		})
	}
}

func TestDo_Invalid(t *testing.T) {
	t.Parallel()
	get := func(path string, params ...string) frontegg.Request {
		r := frontegg.Request{Method: "GET", Path: path, PathParams: map[string]string{}}
		for i := 0; i < len(params); i += 2 {
			r.PathParams[params[i]] = params[i+1]
		}
		return r
	}
	for name, tt := range map[string]struct {
		request frontegg.Request
		out     any
		field   string
	}{
		"no method":           {frontegg.Request{Path: "/x"}, nil, "Method"},
		"other method":        {frontegg.Request{Method: "TRACE", Path: "/x"}, nil, "Method"},
		"lower case":          {frontegg.Request{Method: "get", Path: "/x"}, nil, "Method"},
		"no path":             {get(""), nil, "Path"},
		"relative":            {get("x"), nil, "Path"},
		"URL":                 {get("https://evil.example.com/x"), nil, "Path"},
		"other host":          {get("//evil.example.com/x"), nil, "Path"},
		"user info":           {get("@evil.example.com/x"), nil, "Path"},
		"dot dot":             {get("/a/../b"), nil, "Path"},
		"dot":                 {get("/a/./b"), nil, "Path"},
		"dot dot at the end":  {get("/a/.."), nil, "Path"},
		"empty segment":       {get("/a//b"), nil, "Path"},
		"slash at the end":    {get("/a/"), nil, "Path"},
		"escaped dots":        {get("/a/%2e%2e/b"), nil, "Path"},
		"escaped slash":       {get("/a%2Fb"), nil, "Path"},
		"query":               {get("/a?b=c"), nil, "Path"},
		"fragment":            {get("/a#b"), nil, "Path"},
		"backslash":           {get(`/a\..\b`), nil, "Path"},
		"line feed":           {get("/a\nb"), nil, "Path"},
		"space":               {get("/a b"), nil, "Path"},
		"not ASCII":           {get("/é"), nil, "Path"},
		"part of a segment":   {get("/a{id}", "id", "x"), nil, "Path"},
		"unnamed parameter":   {get("/{}", "", "x"), nil, "Path"},
		"open parameter":      {get("/{id", "id", "x"), nil, "Path"},
		"nested parameter":    {get("/{{id}}", "id", "x"), nil, "Path"},
		"missing parameter":   {get("/{id}"), nil, `PathParams["id"]`},
		"another parameter":   {get("/{id}", "id", "x", "other", "y"), nil, `PathParams["other"]`},
		"empty value":         {get("/{id}", "id", ""), nil, `PathParams["id"]`},
		"value dot":           {get("/{id}", "id", "."), nil, `PathParams["id"]`},
		"value dot dot":       {get("/{id}", "id", ".."), nil, `PathParams["id"]`},
		"value with a zero":   {get("/{id}", "id", "a\x00"), nil, `PathParams["id"]`},
		"value with bad UTF":  {get("/{id}", "id", "a\xff"), nil, `PathParams["id"]`},
		"body without JSON":   {frontegg.Request{Method: "POST", Path: "/x", Body: math.Inf(1)}, nil, "Body"},
		"body with a channel": {frontegg.Request{Method: "POST", Path: "/x", Body: make(chan int)}, nil, "Body"},
		"out is a value":      {get("/x"), struct{}{}, "out"},
		"out is a nil":        {get("/x"), (*int)(nil), "out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := frontegg.NewClient(frontegg.WithTokenSource(noTokens{t}), frontegg.WithHTTPClient(httpClient(newWire())))
			require.NoError(t, err)
			err = c.Do(t.Context(), tt.request, tt.out)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, []string{"client.do", tt.field}, []string{invalid.Op, invalid.Field}, "%v", err)
		})
	}
}

func TestDo_Out(t *testing.T) {
	t.Parallel()
	respond := func(body string) *frontegg.Client {
		return clientOf(t, func(*http.Request) (*http.Response, error) { return httpmock.NewStringResponse(200, body), nil })
	}
	get := frontegg.Request{Method: "GET", Path: "/x"}
	var user struct {
		Name  string
		Count json.Number
		Wait  time.Duration
	}
	require.NoError(t, respond(`{"NAME":"Ada","count":12345678901234567890,"wait":5}`).Do(t.Context(), get, &user))
	assert.Equal(t, []any{"Ada", json.Number("12345678901234567890"), time.Duration(5)}, []any{user.Name, user.Count, user.Wait})
	var anything any
	require.NoError(t, respond(`[1,{"a":null}]`).Do(t.Context(), get, &anything))
	assert.Equal(t, []any{1.0, map[string]any{"a": nil}}, anything)
	var raw json.RawMessage
	require.NoError(t, respond(` {"a" : 1}`).Do(t.Context(), get, &raw))
	assert.JSONEq(t, `{"a":1}`, string(raw))
	for _, body := range []string{"", "<html>", `{"name":5}`, `{"name":"a"`, `{}{}`} {
		err := respond(body).Do(t.Context(), get, &user)
		var decode *frontegg.DecodeError
		require.ErrorAs(t, err, &decode, body)
		assert.Equal(t, "client.do", decode.Op)
		require.NoError(t, respond(body).Do(t.Context(), get, nil), "without out the body is ignored")
	}
}

func TestDo_Retries(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		method     string
		idempotent bool
		requests   int
	}{
		"GET": {"GET", false, 4}, "PUT": {"PUT", false, 4}, "DELETE": {"DELETE", false, 4},
		"POST": {"POST", false, 1}, "PATCH": {"PATCH", false, 1},
		"POST, idempotent": {"POST", true, 4}, "PATCH, idempotent": {"PATCH", true, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				c := clientOf(t, func(*http.Request) (*http.Response, error) { n++; return httpmock.NewStringResponse(503, ""), nil })
				err := c.Do(t.Context(), frontegg.Request{Method: tt.method, Path: "/x", Idempotent: tt.idempotent}, nil)
				require.ErrorIs(t, err, frontegg.ErrServer)
				assert.Equal(t, tt.requests, n)
				if tt.requests == 1 {
					require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
					assert.ErrorContains(t, err, "before you send it again")
				} else {
					assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				}
			})
		})
	}
}

func TestDo_RateLimitPerTemplate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := true
		c := clientOf(t, func(*http.Request) (*http.Response, error) {
			resp := httpmock.NewStringResponse(200, "")
			if limited {
				limited = false
				resp.StatusCode = 429
				resp.Header.Set("Retry-After", "50")
			}
			return resp, nil
		})
		get := func(path, id string) time.Duration {
			began := time.Now()
			require.NoError(t, c.Do(t.Context(), frontegg.Request{Method: "GET", Path: path, PathParams: map[string]string{"id": id}}, nil))
			return time.Since(began)
		}
		first := make(chan time.Duration)
		go func() { first <- get("/a/{id}", "1") }()
		synctest.Wait()
		assert.Zero(t, get("/b/{id}", "1"))
		assert.GreaterOrEqual(t, get("/a/{id}", "2"), 50*time.Second)
		assert.GreaterOrEqual(t, <-first, 50*time.Second)
	})
}

func TestDo_Tenant(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("POST", base+"/auth/vendor", 200, `{"token":"env-token-1","expiresIn":60}`)
	w.respond("GET", base+"/x", 200, "")
	c, err := frontegg.NewClient(frontegg.WithCredentials("id", "key-of-the-test"), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)
	require.ErrorIs(t, c.Do(t.Context(), frontegg.Request{Method: "GET", Path: "/x"}, nil), frontegg.ErrTenantRequired)
	assert.Zero(t, w.GetTotalCallCount())
	require.NoError(t, c.ForTenant("acme").Do(t.Context(), frontegg.Request{Method: "GET", Path: "/x"}, nil))
	require.NoError(t, c.ForTenant("acme").Do(t.Context(), frontegg.Request{Method: "GET", Path: "/x", NoTenant: true}, nil))
	sent := w.sent()
	assert.Equal(t, []string{"acme", ""}, []string{sent[1].Header.Get("Frontegg-Tenant-Id"), sent[2].Header.Get("Frontegg-Tenant-Id")})

	var none *frontegg.Client
	var invalid *frontegg.ValidationError
	require.ErrorAs(t, none.Do(t.Context(), frontegg.Request{Method: "GET", Path: "/x"}, nil), &invalid)
	require.ErrorAs(t, c.Do(context.Context(nil), frontegg.Request{Method: "GET", Path: "/x", NoTenant: true}, nil), &invalid)
}
