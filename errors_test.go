package frontegg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

var once = frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})

func TestAPIError_Is(t *testing.T) {
	t.Parallel()
	sentinels := []error{
		frontegg.ErrBadRequest, frontegg.ErrUnauthorized, frontegg.ErrForbidden, frontegg.ErrNotFound,
		frontegg.ErrConflict, frontegg.ErrRateLimited, frontegg.ErrServer,
	}
	tests := map[int]error{
		307: nil, 400: frontegg.ErrBadRequest, 422: frontegg.ErrBadRequest, 401: frontegg.ErrUnauthorized,
		403: frontegg.ErrForbidden, 404: frontegg.ErrNotFound, 409: frontegg.ErrConflict, 413: nil, 418: nil,
		429: frontegg.ErrRateLimited, 500: frontegg.ErrServer, 501: frontegg.ErrServer, 503: frontegg.ErrServer, 524: frontegg.ErrServer,
	}
	for status, want := range tests {
		err := newClient(t, &fakeTransport{Respond: reply(status, "")}, once).Groups.Delete(t.Context(), "g1")
		var api *frontegg.APIError
		require.ErrorAs(t, err, &api, status)
		assert.Equal(t, status, api.StatusCode)
		for _, sentinel := range sentinels {
			assert.Equal(t, sentinel == want, errors.Is(err, sentinel), "%d is %v", status, sentinel)
		}
	}
}

func TestAPIError_Messages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		messages   []string
		code       string
		context    map[string]any
		text       string // a part of Error()
	}{
		{"strings", `{"errors":["a","b"],"errorCode":"ER-1","context":{"k":1}}`, []string{"a", "b"}, "ER-1", map[string]any{"k": 1.0}, ": a; b (code ER-1, trace trace-1, 1 attempt)"},
		{"objects", `{"errors":[{"message":"a"},{"code":"c"},{"x":1}]}`, []string{"a", "c", `{"x":1}`}, "", nil, "a; c; "},
		{"NestJS", `{"statusCode":400,"message":"a","error":"Bad Request"}`, []string{"a"}, "", nil, ": a ("},
		{"text", "no route\nto host", nil, "", nil, `: no route\nto host (`},
		{"HTML", "<html>oops</html>", nil, "", nil, ": <html>oops</html> ("},
		{"nothing", "", nil, "", nil, "400 Bad Request (trace"},
		{"broken JSON", `{"errors":["a"`, nil, "", nil, `: {"errors":["a" (`},
		{"not UTF-8", "\xff\x1b[31m", nil, "", nil, `: \xff\x1b[31m (`},
		{"control characters", `{"errors":["a\u001b[31m\u202eb"]}`, []string{"a\x1b[31m\u202eb"}, "", nil, `: a\x1b[31m\u202eb (`},
		{"a long text", `{"errors":["` + strings.Repeat("x", 5000) + `"]}`, []string{strings.Repeat("x", 5000)}, "", nil, strings.Repeat("x", 300) + "… ("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, &fakeTransport{Respond: reply(400, tt.body, "Frontegg-Trace-Id", "trace-1")}).Groups.Get(t.Context(), "g1")
			var api *frontegg.APIError
			require.ErrorAs(t, err, &api)
			assert.Equal(t, tt.messages, api.Messages)
			assert.Equal(t, tt.code, api.Code)
			assert.Equal(t, tt.context, api.Context)
			assert.Equal(t, tt.body, string(api.Body))
			assert.Equal(t, []string{"groups.get", "GET", "/identity/resources/groups/v1/{id}", "trace-1"}, []string{api.Op, api.Method, api.Path, api.TraceID})
			assert.Contains(t, err.Error(), tt.text)
			assert.NotContains(t, err.Error(), "g1", "the path is a template")
		})
	}
}

func TestAPIError_ManyMessages(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 10, 11, 25} {
		messages := ids("m", n)
		err := newClient(t, &fakeTransport{Respond: reply(400, `{"errors":`+asJSON(t, messages)+`}`)}).Groups.Delete(t.Context(), "g1")
		var api *frontegg.APIError
		require.ErrorAs(t, err, &api)
		assert.Equal(t, messages, api.Messages, "all messages are kept")
		want := strings.Join(messages[:min(n, 10)], "; ")
		if n > 10 {
			want += fmt.Sprintf(" (and %d more)", n-10)
		}
		assert.Contains(t, err.Error(), ": "+want+" (1 attempt)")
	}
}

func TestDecodeError_Bodies(t *testing.T) {
	t.Parallel()
	list := func(s *frontegg.GroupsService, ctx context.Context) error { return errOf(s.List(ctx)) }
	page := func(s *frontegg.GroupsService, ctx context.Context) error {
		return errOf(s.ListPage(ctx, frontegg.PageOptions{}))
	}
	get := func(s *frontegg.GroupsService, ctx context.Context) error { return errOf(s.Get(ctx, "g1")) }
	config := func(s *frontegg.GroupsService, ctx context.Context) error { return errOf(s.Config(ctx)) }
	tests := []struct {
		name string
		body string
		call func(*frontegg.GroupsService, context.Context) error
		want string // a part of the cause
	}{
		{"list: HTML", "<html>", list, "invalid character"},
		{"list: nothing", "", list, "EOF"},
		{"list: null", "null", list, "found null"},
		{"list: object without a list", `{"data":[]}`, list, "found 0"},
		{"list: null list", `{"groups":null}`, list, "found null"},
		{"list: object for a list", `{"groups":{}}`, list, "found {"},
		{"list: two lists", `{"groups":[],"items":[]}`, list, "found 2"},
		{"list: trailing bytes", `{"groups":[]}x`, list, "after top-level value"},
		{"list: number for a group", `{"groups":[1]}`, list, "found number"},
		{"list: empty group", `{"groups":[{}]}`, list, "a group has no id or name"},
		{"list: string for roles", `{"groups":[{"id":"a","roles":"x"}]}`, list, "/groups/0/roles"},
		{"page: text for a count", `{"items":[],"_metadata":{"totalPages":"1"}}`, page, "/_metadata/totalPages"},
		{"get: list", `[]`, get, "found ["},
		{"get: an error with status 200", `{"errors":["boom"]}`, get, "a group has no id or name"},
		{"get: fraction for a level", `{"id":"a","roles":[{"level":1.5}]}`, get, "/roles/0/level"},
		{"config: an error with status 200", `{"errors":["boom"]}`, config, "neither"},
		{"config: string for a bool", `{"enabled":"yes"}`, config, "/enabled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Respond: reply(200, tt.body, "Frontegg-Trace-Id", "trace-1")}
			err := tt.call(newClient(t, s).Groups, t.Context())
			var decode *frontegg.DecodeError
			require.ErrorAs(t, err, &decode)
			require.ErrorContains(t, decode.Err, tt.want)
			assert.Equal(t, 200, decode.StatusCode)
			assert.Equal(t, "trace-1", decode.TraceID)
			assert.Equal(t, tt.body, string(decode.Body))
			assert.Len(t, s.Seen, 1, "a body that cannot be decoded is not requested again")
		})
	}
}

func TestAPIError_LogValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Error("failed", "err", &frontegg.APIError{Op: "groups.get", StatusCode: 404, TraceID: "t", Attempts: 1})
	assert.Contains(t, out.String(), "err.op=groups.get err.status=404")
}

func TestAPIError_Hints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		us, own := frontegg.WithRegion(frontegg.RegionUS), frontegg.WithBaseURL("https://login.example.com/frontegg")
		for name, tt := range map[string]struct {
			respond responder
			server  frontegg.ClientOption
			hint    string
		}{
			"environment token at a subdomain": {reply(401, `{"errors":["Failed to verify user JWT"]}`), own, "use the host of the region"},
			"token of another region":          {reply(401, `{"message":"Failed to verify vendor JWT"}`), us, "check WithRegion"},
			"401 of a region":                  {reply(401, `{"errors":["Unauthorized"]}`), us, "check the credentials, and that they belong to api.us.frontegg.com, region us"},
			"401 of another host":              {reply(401, ""), own, "check the credentials, and that they belong to login.example.com"},
			"403":                              {reply(403, ""), us, "the credentials may not do this"},
			"no tenant":                        {reply(403, `{"errors":["Tenant ID is not specified"]}`), us, "use WithTenant or ForTenant"},
			"tenant on an environment route":   {reply(403, `{"errors":["Tenant ID is defined - forbidden route for tenants"]}`), us, "takes no tenant"},
			"no application":                   {reply(403, `{"errors":["no"],"errorCode":"ER-00008"}`), us, "not assigned to an application"},
			"413":                              {reply(413, ""), us, "send less"},
			"307":                              {reply(307, ""), us, "check the base URL"},
			"429":                              {reply(429, "", "X-Rate-Limit-Reset", "7"), us, "retry after 2000-01-01T00:00:08Z"},
			"the same text with a 400":         {reply(400, `{"errors":["Tenant ID is not specified"]}`), us, ""},
		} {
			err := newClient(t, &fakeTransport{Respond: tt.respond}, tt.server, once).Groups.Delete(t.Context(), "g1")
			if tt.hint == "" {
				assert.NotContains(t, err.Error(), "WithTenant", name)
				continue
			}
			require.ErrorContains(t, err, tt.hint, name)
		}
	})
	for status, hint := range map[int]string{
		404: "base URL and its path prefix: the host is api.frontegg.com",
		401: "WithCredentials takes those of an environment, WithAPIToken those of an API token",
	} { // of a token request
		c := newLoginClient(t, &fakeTransport{Login: reply(status, "")})
		require.ErrorContains(t, c.Groups.Delete(t.Context(), "g1"), hint)
	}
}

func TestAPIError_RankHint(t *testing.T) {
	t.Parallel()
	members := []string{"AddRoles", "RemoveRoles", "AddUsers", "RemoveUsers"}
	for _, o := range operations {
		_, err := o.call(t.Context(), newClient(t, &fakeTransport{Respond: reply(403, "")}))
		assert.Equal(t, slices.Contains(members, o.name), strings.Contains(err.Error(), "rank"), o.name)
	}
}

func TestAPIError_IDHints(t *testing.T) {
	t.Parallel()
	const id = "3f2b6a1c-7d44-4e19-9c0e-000000000001"
	g := newClient(t, &fakeTransport{Respond: reply(404, "")}).Groups
	ctx := t.Context()
	for _, tt := range []struct {
		err  error
		hint string
	}{
		{g.AddRoles(ctx, id, []string{"admin"}), `is "admin" the key of a role? Roles.FindByKeys finds its ID`},
		{g.AddRoles(ctx, id, []string{id, "admin"}), `is "admin" the key of a role? Roles.FindByKeys finds its ID`},
		{g.AddRoles(ctx, id, []string{id}), ""},
		{errOf(g.Get(ctx, "Admins")), `is "Admins" the name of a group? Groups.FindByName finds its ID`},
		{g.Delete(ctx, "Admins"), `is "Admins" the name of a group? Groups.FindByName finds its ID`},
		{g.AddUsers(ctx, "Admins", []string{id}), `is "Admins" the name of a group? Groups.FindByName finds its ID`},
		{g.Delete(ctx, id), ""},
	} {
		require.ErrorIs(t, tt.err, frontegg.ErrNotFound)
		assert.ErrorContains(t, tt.err, tt.hint)
		assert.Equal(t, tt.hint != "", strings.Contains(tt.err.Error(), " finds its ID"), tt.err)
	}
}

func TestIDHint_NoSecret(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"key-of-the-test", strings.Repeat("key-of-the-test-", 8)} { // and the longest ID
		c := build(t, &fakeTransport{Respond: reply(404, "")}, frontegg.WithCredentials("id", key))
		for hint, err := range map[string]error{
			"the key of a role?":   c.Groups.AddRoles(t.Context(), "3f2b6a1c-7d44-4e19-9c0e-000000000001", []string{key}),
			"the name of a group?": c.Groups.Delete(t.Context(), key),
		} {
			require.ErrorContains(t, err, hint)
			assert.NotContains(t, err.Error(), "key-of-the-test")
		}
	}
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
