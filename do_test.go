package frontegg_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"testing"
	"time"

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
			s := &fakeTransport{Respond: reply(200, "anything")}
			require.NoError(t, newClient(t, s, frontegg.WithBaseURL("https://example.com/prefix")).Do(t.Context(), tt.request, nil))
			got := s.Seen[0]
			assert.Equal(t, tt.request.Method, got.Method)
			assert.Equal(t, "/prefix"+tt.uri, got.URL.RequestURI())
			assert.Equal(t, tt.body, got.Body)
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
			err := build(t, &fakeTransport{}, frontegg.WithTokenSource(noTokens{t})).Do(t.Context(), tt.request, tt.out)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, []string{"client.do", tt.field}, []string{invalid.Op, invalid.Field}, "%v", err)
		})
	}
}

// failingOut is a type of the caller whose error has text of the response.
type failingOut struct{}

func (failingOut) UnmarshalJSON(b []byte) error { return fmt.Errorf("bad\n%s", b) }

func TestDo_DecodeErrorIsOneLine(t *testing.T) {
	t.Parallel()
	c := newClient(t, &fakeTransport{Respond: reply(200, "{\n\"a\":1}")})
	err := c.Do(t.Context(), frontegg.Request{Method: "GET", Path: "/x"}, new(failingOut))
	require.ErrorContains(t, err, `bad\n{\n"a":1}`)
	assert.NotContains(t, err.Error(), "\n")
}

func TestDo_Out(t *testing.T) {
	t.Parallel()
	respond := func(body string) *frontegg.Client { return newClient(t, &fakeTransport{Respond: reply(200, body)}) }
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
