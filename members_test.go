package frontegg_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func ids(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%04d", prefix, i)
	}
	return out
}

// bodies decodes the one list in each request's body.
type bodies struct {
	mu    sync.Mutex
	lists [][]string
}

func (b *bodies) read(r *http.Request) ([]string, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var body map[string][]string
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, list := range body {
		b.lists = append(b.lists, list)
		return list, nil
	}
	return nil, errors.New("no list")
}

func TestMembers_Batches(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*frontegg.GroupsService) func(context.Context, string, []string, ...frontegg.RequestOption) error{
		"AddUsers": func(s *frontegg.GroupsService) func(context.Context, string, []string, ...frontegg.RequestOption) error {
			return s.AddUsers
		},
		"RemoveUsers": func(s *frontegg.GroupsService) func(context.Context, string, []string, ...frontegg.RequestOption) error {
			return s.RemoveUsers
		},
		"AddRoles": func(s *frontegg.GroupsService) func(context.Context, string, []string, ...frontegg.RequestOption) error {
			return s.AddRoles
		},
		"RemoveRoles": func(s *frontegg.GroupsService) func(context.Context, string, []string, ...frontegg.RequestOption) error {
			return s.RemoveRoles
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent bodies
			failing := 0 // the request that fails, from 1
			c := clientOf(t, func(r *http.Request) (*http.Response, error) {
				if _, err := sent.read(r); err != nil {
					return nil, err
				}
				if len(sent.lists) == failing {
					return httpmock.NewStringResponse(404, `{"errors":["no such user"]}`), nil
				}
				return httpmock.NewStringResponse(201, ""), nil
			})
			list := ids("u", 1201)
			require.NoError(t, change(c.Groups)(t.Context(), "g", append(slices.Clone(list), list[:3]...)))
			assert.Equal(t, [][]string{list[:500], list[500:1000], list[1000:]}, sent.lists)

			sent.lists, failing = nil, 2
			err := change(c.Groups)(t.Context(), "g", list)
			require.ErrorIs(t, err, frontegg.ErrNotFound)
			var batch *frontegg.BatchError
			require.ErrorAs(t, err, &batch)
			assert.Equal(t, list[:500], batch.Applied)
			assert.Equal(t, list[500:], batch.Pending)
			assert.Len(t, sent.lists, 2, "nothing is sent after a failure")
		})
	}
}

// clientOf returns a client with a token and a tenant that sends requests with rt.
func clientOf(t *testing.T, rt roundTripper, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	c, err := frontegg.NewClient(append([]frontegg.ClientOption{
		frontegg.WithToken("token-of-the-test"), frontegg.WithTenant("acme"), frontegg.WithHTTPClient(httpClient(rt)),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

func TestBulkGet_Order(t *testing.T) {
	t.Parallel()
	var sent bodies
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		list, err := sent.read(r)
		if err != nil {
			return nil, err
		}
		var found []map[string]string
		for _, id := range slices.Backward(list) { // a server's order is its own
			if id != "g0007" {
				found = append(found, map[string]string{"id": id}, map[string]string{"id": id})
			}
		}
		found = append(found, map[string]string{"id": "unasked"})
		return httpmock.NewJsonResponse(201, map[string]any{"groups": found})
	})
	want := ids("g", 1001)
	var resp frontegg.Response
	got, err := c.Groups.BulkGet(t.Context(), append(slices.Clone(want), want[5]), frontegg.WithResponse(&resp))
	require.NoError(t, err)
	var gotIDs []string
	for _, g := range got {
		gotIDs = append(gotIDs, g.ID)
	}
	assert.Equal(t, slices.Delete(slices.Clone(want), 7, 8), gotIDs)
	assert.Len(t, sent.lists, 6)
	assert.Equal(t, 201, resp.StatusCode)
}

func TestBulkGet_FailedBatch(t *testing.T) {
	t.Parallel()
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		var one bodies
		list, err := one.read(r)
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, "g0300") {
			return httpmock.NewStringResponse(403, ""), nil
		}
		return httpmock.NewStringResponse(201, `{"groups":[]}`), nil
	})
	got, err := c.Groups.BulkGet(t.Context(), ids("g", 500))
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Nil(t, got)
}

// directory is a group whose members a test watches.
type directory struct {
	members  []string
	steps    []string
	noUsers  bool
	failStep int // the change that fails, from 1
}

func (d *directory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		var users []map[string]string
		for _, id := range d.members {
			users = append(users, map[string]string{"id": id})
		}
		group := map[string]any{"id": "g", "name": "G", "users": users, "roles": users}
		if d.noUsers {
			delete(group, "users")
		}
		return httpmock.NewJsonResponse(200, group)
	}
	var b bodies
	list, err := b.read(r)
	if err != nil {
		return nil, err
	}
	d.steps = append(d.steps, fmt.Sprint(r.Method, len(list)))
	if len(d.steps) == d.failStep {
		return httpmock.NewStringResponse(403, ""), nil
	}
	for _, id := range list {
		d.members = slices.DeleteFunc(d.members, func(m string) bool { return m == id })
		if r.Method == http.MethodPost {
			d.members = append(d.members, id)
		}
	}
	return httpmock.NewStringResponse(200, ""), nil
}

func TestSetUsersAndSetRoles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		has, want []string
		change    frontegg.Change
		steps     []string
	}{
		{"removals come first", []string{"a", "b"}, []string{"b", "c", "d", "c"}, frontegg.Change{Added: []string{"c", "d"}, Removed: []string{"a"}}, []string{"DELETE1", "POST2"}},
		{"nothing to do", []string{"a", "b"}, []string{"b", "a"}, frontegg.Change{}, nil},
		{"none", []string{"a"}, nil, frontegg.Change{Removed: []string{"a"}}, []string{"DELETE1"}},
		{"the first", nil, []string{"a"}, frontegg.Change{Added: []string{"a"}}, []string{"POST1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, set := range []string{"users", "roles"} {
				d := &directory{members: slices.Clone(tt.has)}
				c := clientOf(t, d.RoundTrip)
				do := c.Groups.SetUsers
				if set == "roles" {
					do = c.Groups.SetRoles
				}
				change, err := do(t.Context(), "g", tt.want)
				require.NoError(t, err)
				assert.Equal(t, tt.change, change)
				assert.Equal(t, tt.steps, d.steps)
				again, err := do(t.Context(), "g", tt.want)
				require.NoError(t, err)
				assert.Zero(t, again)
			}
		})
	}
}

func TestSetUsers_ChangeWithError(t *testing.T) {
	t.Parallel()
	d := &directory{members: ids("old", 600), failStep: 2}
	change, err := clientOf(t, d.RoundTrip).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Equal(t, frontegg.Change{Removed: ids("old", 500)}, change)
	assert.Equal(t, []string{"DELETE500", "DELETE100"}, d.steps)

	d = &directory{members: []string{"old"}, failStep: 2}
	change, err = clientOf(t, d.RoundTrip).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Equal(t, frontegg.Change{Removed: []string{"old"}}, change)
}

func TestSetUsers_MembersMissing(t *testing.T) {
	t.Parallel()
	d := &directory{noUsers: true}
	_, err := clientOf(t, d.RoundTrip).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorContains(t, err, "nothing was changed")
	assert.Empty(t, d.steps)
}
