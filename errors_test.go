package frontegg_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

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
		w := newWire()
		w.respond("DELETE", groups+"/g1", status, "")
		err := w.client(t, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})).Groups.Delete(t.Context(), "g1")
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
		{"codes and another name for the context", `{"errors":["a"],"errorCodes":["X","Y"],"errorContext":{"k":"v"}}`, []string{"a"}, "X", map[string]any{"k": "v"}, ": a (code X"},
		{"objects", `{"errors":[{"message":"a"},{"code":"c"},{"x":1}]}`, []string{"a", "c", `{"x":1}`}, "", nil, "a; c; "},
		{"one string", `{"errors":"a"}`, []string{"a"}, "", nil, ": a ("},
		{"NestJS", `{"statusCode":400,"message":"a","error":"Bad Request"}`, []string{"a"}, "", nil, ": a ("},
		{"NestJS list", `{"statusCode":400,"message":["a","b"],"error":"Bad Request"}`, []string{"a", "b"}, "", nil, ": a; b ("},
		{"only error", `{"error":"Bad Request"}`, []string{"Bad Request"}, "", nil, ": Bad Request ("},
		{"text", "no route\nto host", nil, "", nil, `: no route\nto host (`},
		{"HTML", "<html>oops</html>", nil, "", nil, ": <html>oops</html> ("},
		{"nothing", "", nil, "", nil, "400 Bad Request (trace"},
		{"broken JSON", `{"errors":["a"`, nil, "", nil, `: {"errors":["a" (`},
		{"null", `null`, nil, "", nil, ": null ("},
		{"a list", `["a"]`, nil, "", nil, `: ["a"] (`},
		{"control characters", `{"errors":["a\u001b[31m\u202eb"]}`, []string{"a\x1b[31m\u202eb"}, "", nil, `: a\x1b[31m\u202eb (`},
		{"a long text", `{"errors":["` + strings.Repeat("x", 5000) + `"]}`, []string{strings.Repeat("x", 5000)}, "", nil, strings.Repeat("x", 300) + "… ("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("GET", groups+"/g1", 400, tt.body)
			_, err := w.client(t).Groups.Get(t.Context(), "g1")
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

func TestDecodeError_Bodies(t *testing.T) {
	t.Parallel()
	list := func(s *frontegg.GroupsService, ctx context.Context) error { _, err := s.List(ctx); return err }
	page := func(s *frontegg.GroupsService, ctx context.Context) error {
		_, err := s.ListPage(ctx, frontegg.PageOptions{})
		return err
	}
	get := func(s *frontegg.GroupsService, ctx context.Context) error { _, err := s.Get(ctx, "g1"); return err }
	config := func(s *frontegg.GroupsService, ctx context.Context) error { _, err := s.Config(ctx); return err }
	tests := []struct {
		name string
		body string
		call func(*frontegg.GroupsService, context.Context) error
		want string // a part of the cause
	}{
		{"list: HTML", "<html>", list, "invalid character"},
		{"list: nothing", "", list, "EOF"},
		{"list: null", "null", list, "found null"},
		{"list: string", `"x"`, list, "found string"},
		{"list: object without a list", `{"data":[]}`, list, "found 0"},
		{"list: empty object", `{}`, list, "found 0"},
		{"list: null list", `{"groups":null}`, list, "found null"},
		{"list: object for a list", `{"groups":{}}`, list, "found {"},
		{"list: two lists", `{"groups":[],"items":[]}`, list, "found 2"},
		{"list: truncated", `{"groups":[{"id":"a"}`, list, "EOF"},
		{"list: trailing bytes", `{"groups":[]}x`, list, "after top-level value"},
		{"list: null for a group", `{"groups":[null]}`, list, "found null"},
		{"list: number for a group", `{"groups":[1]}`, list, "found number"},
		{"list: empty group", `{"groups":[{}]}`, list, "a group has no id or name"},
		{"list: number for an id", `{"groups":[{"id":1}]}`, list, "/groups/0/id"},
		{"list: string for roles", `{"groups":[{"id":"a","roles":"x"}]}`, list, "/groups/0/roles"},
		{"list: bad time", `{"groups":[{"id":"a","createdAt":"yesterday"}]}`, list, "/groups/0/createdAt"},
		{"list: number for a time", `{"groups":[{"id":"a","updatedAt":17}]}`, list, "/groups/0/updatedAt"},
		{"page: no list", `{"_metadata":{"totalPages":0}}`, page, "found 0"},
		{"page: text for a count", `{"items":[],"_metadata":{"totalPages":"1"}}`, page, "/_metadata/totalPages"},
		{"get: list", `[]`, get, "found ["},
		{"get: an error with status 200", `{"errors":["boom"]}`, get, "a group has no id or name"},
		{"get: fraction for a level", `{"id":"a","roles":[{"level":1.5}]}`, get, "/roles/0/level"},
		{"config: list", `[]`, config, "found ["},
		{"config: an error with status 200", `{"errors":["boom"]}`, config, "neither"},
		{"config: string for a bool", `{"enabled":"yes"}`, config, "/enabled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			for _, url := range []string{groups, pages, groups + "/g1", groups + "/config"} {
				w.respond("GET", url, 200, tt.body)
			}
			err := tt.call(w.client(t).Groups, t.Context())
			var unreadable *frontegg.DecodeError
			require.ErrorAs(t, err, &unreadable)
			require.ErrorContains(t, unreadable.Err, tt.want)
			assert.Equal(t, 200, unreadable.StatusCode)
			assert.Equal(t, "trace-1", unreadable.TraceID)
			assert.Equal(t, tt.body, string(unreadable.Body))
			assert.Len(t, w.sent(), 1, "a body that cannot be decoded is not requested again")
		})
	}
}

func TestCreate_OutcomeUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		response func() (*http.Response, error)
		unknown  bool
	}{
		{"reset", func() (*http.Response, error) { return nil, errors.New("connection reset by peer") }, true},
		{"503", func() (*http.Response, error) { return httpmock.NewStringResponse(503, ""), nil }, true},
		{"501", func() (*http.Response, error) { return httpmock.NewStringResponse(501, ""), nil }, true},
		{"408", func() (*http.Response, error) { return httpmock.NewStringResponse(408, ""), nil }, true},
		{"unreadable", func() (*http.Response, error) { return httpmock.NewStringResponse(201, "<html>"), nil }, true},
		{"empty", func() (*http.Response, error) { return httpmock.NewStringResponse(201, ""), nil }, true},
		{"refused", func() (*http.Response, error) { return httpmock.NewStringResponse(400, ""), nil }, false},
		{"conflict", func() (*http.Response, error) { return httpmock.NewStringResponse(409, ""), nil }, false},
		{"redirect", func() (*http.Response, error) { return httpmock.NewStringResponse(307, ""), nil }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sent := 0
			c := clientOf(t, func(*http.Request) (*http.Response, error) { sent++; return tt.response() })
			_, err := c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "n"})
			require.Error(t, err)
			assert.Equal(t, tt.unknown, errors.Is(err, frontegg.ErrOutcomeUnknown))
			assert.Equal(t, tt.unknown, strings.Contains(err.Error(), "the outcome is unknown"))
			assert.Equal(t, 1, sent)
		})
	}
}

func TestDelete_OutcomeUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := clientOf(t, func(*http.Request) (*http.Response, error) {
			if sent++; sent == 1 {
				return nil, errors.New("connection reset by peer")
			}
			return httpmock.NewStringResponse(404, ""), nil
		})
		err := c.Groups.Delete(t.Context(), "g1")
		require.ErrorIs(t, err, frontegg.ErrNotFound)
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "an earlier attempt's outcome is unknown")

		err = c.Groups.Delete(t.Context(), "g1") // and now nothing is open
		require.ErrorIs(t, err, frontegg.ErrNotFound)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	})
}

func TestAPIError_LogValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Error("failed", "err", &frontegg.APIError{Op: "groups.get", StatusCode: 404, TraceID: "t", Attempts: 1})
	assert.Contains(t, out.String(), "err.op=groups.get err.status=404")
}

func TestTransportError_LastResponse(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	limited := func() (*http.Response, error) {
		resp := httpmock.NewStringResponse(429, "")
		resp.Header.Set("X-Rate-Limit-Reset", time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
		return resp, nil
	}
	tests := []struct {
		name     string
		response func() (*http.Response, error)
		want     error // beside the context's
	}{
		{"an error response", func() (*http.Response, error) { return httpmock.NewStringResponse(503, ""), nil }, frontegg.ErrServer},
		{"no response", func() (*http.Response, error) { return nil, boom }, boom},
		{"a limit beyond the deadline and beyond MaxWait", limited, frontegg.ErrRateLimited},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				c := clientOf(t, func(*http.Request) (*http.Response, error) { return tt.response() })
				_, err := c.Groups.List(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, err, tt.want)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := clientOf(t, func(*http.Request) (*http.Response, error) {
			time.AfterFunc(10*time.Millisecond, cancel)
			return nil, boom
		})
		_, err := c.Groups.List(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, boom)
	})
}

func TestRateLimitError_TooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := clientOf(t, func(*http.Request) (*http.Response, error) {
			sent++
			resp := httpmock.NewStringResponse(429, `{"errors":["slow down"]}`)
			resp.Header.Set("X-Rate-Limit-Reset", time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
			return resp, nil
		})
		began := time.Now()
		_, err := c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "n"})
		var limit *frontegg.RateLimitError
		require.ErrorAs(t, err, &limit)
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		var api *frontegg.APIError
		require.ErrorAs(t, err, &api)
		assert.Equal(t, []string{"slow down"}, api.Messages)
		assert.WithinDuration(t, began.Add(time.Hour), limit.RetryAt, 3*time.Second)
		assert.Zero(t, time.Since(began))

		_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "n"})
		require.ErrorAs(t, err, &limit, "and the next call is not sent at all")
		assert.Equal(t, 1, sent)
	})
}

func TestAPIError_Hints(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status     int
		body, hint string
	}{
		"environment token at a subdomain": {401, `{"errors":["Failed to verify user JWT"]}`, "use the host of the region"},
		"token of another region":          {401, `{"message":"Failed to verify vendor JWT"}`, "check WithRegion"},
		"other 401":                        {401, `{"errors":["Unauthorized"]}`, "check the credentials"},
		"no tenant":                        {403, `{"errors":["Tenant ID is not specified"]}`, "use WithTenant or ForTenant"},
		"tenant on an environment route":   {403, `{"errors":["Tenant ID is defined - forbidden route for tenants"]}`, "takes no tenant"},
		"no application":                   {403, `{"errors":["no"],"errorCode":"ER-00008"}`, "not assigned to an application"},
		"the same text with a 400":         {400, `{"errors":["Tenant ID is not specified"]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("GET", groups+"/g1", tt.status, tt.body)
			_, err := w.client(t).Groups.Get(t.Context(), "g1")
			require.ErrorContains(t, err, tt.hint)
			if tt.hint == "" {
				assert.NotContains(t, err.Error(), "WithTenant")
			}
		})
	}
}
