package contract

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// TestExchanges validates every exchange of the client and the in-memory server. At
// the end, all responses of the document must have been seen, so run it as a whole.
func TestExchanges(t *testing.T) {
	t.Parallel()
	check, seen := newChecker(t), &coverage{}
	t.Run("exchanges", func(t *testing.T) {
		t.Run("successes", func(t *testing.T) { testSuccesses(t, check, seen) })
		t.Run("refusals of the server", func(t *testing.T) { testErrorResponses(t, check, seen) })
		t.Run("wrong input", func(t *testing.T) { testWrongInput(t, check, seen) })
		t.Run("injected", func(t *testing.T) { testInjected(t, check, seen) })
	})
	for _, a := range check.documentedResponses() {
		assert.Positive(t, seen.seen[a], "no exchange had the response %v", a)
	}
}

// shape is a form of the body of an error response.
type shape struct {
	name, contentType, body string
	message                 string // that the client must find; empty: none
}

// shapes are the bodies that are tried for a status.
func shapes(status int) []shape {
	all := []shape{
		{name: "of the fake", message: http.StatusText(status)},
		{
			name:    "with everything",
			body:    `{"errors":["first","second"],"errorCode":"E1","errorCodes":["E1","E2"],"context":{"name":"x"},"errorContext":{}}`,
			message: "first",
		},
		{name: "of the framework, a text", body: fmt.Sprintf(`{"statusCode":%d,"message":"one","error":"E"}`, status), message: "one"},
		{name: "of the framework, a list", body: fmt.Sprintf(`{"statusCode":%d,"message":["one","two"]}`, status), message: "one"},
	}
	switch {
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestURITooLong,
		status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		all = append(all,
			shape{name: "a proxy's HTML", contentType: "text/html", body: "<html><h1>no</h1></html>"},
			shape{name: "a proxy's text", contentType: "text/plain; charset=utf-8", body: "no"})
	}
	return all
}

// statuses are the statuses that are tried for a response of the document.
func (a documented) statuses(t *testing.T) []int {
	t.Helper()
	if a.status == "5XX" {
		return []int{500, 502, 503, 504, 520}
	}
	status, err := strconv.Atoi(a.status)
	require.NoError(t, err)
	return []int{status}
}

// testInjected injects every error response of the document into every operation, in
// every shape, and requires the client to decode it.
func testInjected(t *testing.T, check *checker, seen *coverage) {
	for _, a := range check.documentedResponses() {
		for _, status := range a.statuses(t) {
			if status < http.StatusBadRequest {
				continue
			}
			for _, s := range shapes(status) {
				t.Run(fmt.Sprintf("%s %d %s", a.operation, status, s.name), func(t *testing.T) {
					t.Parallel()
					f := newFixture(t, check, seen)
					fault := fronteggtest.Fault{Op: strings.TrimSuffix(a.operation, "V1"), Times: -1, Status: status, Body: s.body}
					if s.contentType != "" {
						fault.Header = http.Header{"Content-Type": {s.contentType}}
					}
					f.server.Inject(fault)
					if a.operation == "auth.apiTokenV1" {
						assert.Equal(t, status, f.apiTokenV1(t))
						return
					}
					require.Contains(t, calls, a.operation, "each operation of the document is called")
					err := calls[a.operation](t, f)
					assertRead(t, err, a.operation, status, s.message)
				})
			}
		}
	}
}

// assertRead requires that an error has the contents of a response.
func assertRead(t *testing.T, err error, operation string, status int, message string) {
	t.Helper()
	apiErr, ok := errors.AsType[*frontegg.APIError](err)
	require.True(t, ok, "an *APIError, not %v", err)
	assert.Equal(t, cmp.Or(composites[operation], operation), apiErr.Op)
	assert.Equal(t, status, apiErr.StatusCode)
	assert.NotEmpty(t, apiErr.TraceID)
	if message == "" {
		assert.Empty(t, apiErr.Messages)
	} else if assert.NotEmpty(t, apiErr.Messages) {
		assert.Equal(t, message, apiErr.Messages[0])
	}
}

// testErrorResponses makes calls that the server rejects.
func testErrorResponses(t *testing.T, check *checker, seen *coverage) {
	unknownUser, unknownRole := []string{"no-such-user"}, []string{"no-such-role"}
	for _, c := range []struct {
		name   string
		status int
		call   func(t *testing.T, f *fixture) error
	}{
		{"a wrong API key", 401, func(t *testing.T, f *fixture) error {
			return one(f.clientWith(t, frontegg.WithCredentials("id", "wrong")).Groups.Config(t.Context()))
		}},
		{"a wrong API token", 401, func(t *testing.T, f *fixture) error {
			return one(f.clientWith(t, frontegg.WithAPIToken("id", "wrong")).Groups.List(t.Context()))
		}},
		{"a token that nobody issued", 401, func(t *testing.T, f *fixture) error {
			return one(f.clientWith(t, frontegg.WithToken("unknown")).Groups.List(t.Context()))
		}},
		{"no tenant", 403, func(t *testing.T, f *fixture) error {
			return one(f.clientWith(t, frontegg.WithToken(f.server.IssueToken(""))).Groups.List(t.Context()))
		}},
		{"get of an unknown group", 404, func(t *testing.T, f *fixture) error {
			return one(f.client(t).Groups.Get(t.Context(), "unknown"))
		}},
		{"get of a group of another tenant", 404, func(t *testing.T, f *fixture) error {
			return one(f.client(t).ForTenant("other").Groups.Get(t.Context(), f.group.ID))
		}},
		{"update of an unknown group", 404, func(t *testing.T, f *fixture) error {
			return one(f.client(t).Groups.Update(t.Context(), "unknown", frontegg.UpdateGroupParams{Color: new("")}))
		}},
		{"delete of an unknown group", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.Delete(t.Context(), "unknown")
		}},
		{"members for an unknown group", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.AddUsers(t.Context(), "unknown", []string{f.user})
		}},
		{"an unknown user, added", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.AddUsers(t.Context(), f.group.ID, unknownUser)
		}},
		{"an unknown user, removed", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.RemoveUsers(t.Context(), f.group.ID, unknownUser)
		}},
		{"an unknown role, added", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.AddRoles(t.Context(), f.group.ID, unknownRole)
		}},
		{"an unknown role, removed", 404, func(t *testing.T, f *fixture) error {
			return f.client(t).Groups.RemoveRoles(t.Context(), f.group.ID, unknownRole)
		}},
		{"a tenant on a route of the environment", 403, func(t *testing.T, f *fixture) error {
			return last(f.clientWith(t, frontegg.WithToken(f.server.IssueToken(tenant))).Tenants.All(t.Context(), frontegg.TenantWalkOptions{}))
		}},
		{"create with a taken name", 409, func(t *testing.T, f *fixture) error {
			return one(f.client(t).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: f.group.Name}))
		}},
		{"update to a taken name", 409, func(t *testing.T, f *fixture) error {
			return one(f.client(t).Groups.Update(t.Context(), f.group.ID, frontegg.UpdateGroupParams{Name: &f.other.Name}))
		}},
		{"a large body", 413, func(t *testing.T, f *fixture) error {
			return one(f.client(t).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "x", Description: strings.Repeat("x", 2<<20)}))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.call(t, newFixture(t, check, seen))
			apiErr, ok := errors.AsType[*frontegg.APIError](err)
			require.True(t, ok, "an *APIError, not %v", err)
			assert.Equal(t, c.status, apiErr.StatusCode)
			assert.NotEmpty(t, apiErr.Messages)
			assert.NotEmpty(t, apiErr.TraceID)
		})
	}
	for operation, call := range calls {
		t.Run("the rate limit of "+operation, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, check, seen, fronteggtest.WithRateLimit(1, time.Hour))
			if !strings.HasPrefix(operation, "auth.") {
				f.token = f.server.IssueToken("") // else a second login would be rejected first
			}
			require.NoError(t, call(t, f))
			err := call(t, f) // with a new client, which does not know the limit
			require.ErrorIs(t, err, frontegg.ErrRateLimited)
			apiErr, ok := errors.AsType[*frontegg.APIError](err)
			require.True(t, ok, "an *APIError, not %v", err)
			assert.Equal(t, cmp.Or(composites[operation], operation), apiErr.Op)
			assert.False(t, apiErr.RetryAt.IsZero(), "the response has the time")
		})
	}
}

// one drops the result of a call that must fail.
func one[T any](_ T, err error) error { return err }
