package frontegg_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// idsIn returns the one list of IDs in the body of a request.
func idsIn(body io.Reader) ([]string, error) {
	var lists map[string][]string
	err := json.NewDecoder(body).Decode(&lists)
	for _, list := range lists {
		return list, err
	}
	return nil, err
}

type changeMembers = func(*frontegg.GroupsService, context.Context, string, []string, ...frontegg.RequestOption) error

// memberChanges are the methods that add and remove members.
var memberChanges = map[string]changeMembers{
	"AddRoles": (*frontegg.GroupsService).AddRoles, "RemoveRoles": (*frontegg.GroupsService).RemoveRoles,
	"AddUsers": (*frontegg.GroupsService).AddUsers, "RemoveUsers": (*frontegg.GroupsService).RemoveUsers,
}

func TestMembers_Batches(t *testing.T) {
	t.Parallel()
	for name, change := range memberChanges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := func(s *fakeTransport) (lists [][]string) {
				for _, r := range s.Seen {
					list, err := idsIn(strings.NewReader(r.Body))
					require.NoError(t, err)
					lists = append(lists, list)
				}
				return lists
			}
			list := ids("u", 1201)
			s := &fakeTransport{Respond: reply(201, "")}
			require.NoError(t, change(newClient(t, s).Groups, t.Context(), "g", append(slices.Clone(list), list[:3]...)))
			assert.Equal(t, [][]string{list[:500], list[500:1000], list[1000:]}, sent(s))

			s = &fakeTransport{Respond: script(reply(201, ""), reply(404, `{"errors":["no such user"]}`))}
			err := change(newClient(t, s).Groups, t.Context(), "g", list)
			require.ErrorIs(t, err, frontegg.ErrNotFound)
			var batch *frontegg.BatchError
			require.ErrorAs(t, err, &batch)
			assert.Equal(t, list[:500], batch.Applied)
			assert.Equal(t, list[500:], batch.Pending)
			assert.Len(t, s.Seen, 2, "nothing is sent after a failure")
		})
	}
}

func TestMembers_Empty(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{}
	c := newClient(t, s)
	for name, change := range memberChanges {
		require.NoError(t, change(c.Groups, t.Context(), "g1", nil), name)
		require.NoError(t, change(c.Groups, t.Context(), "g1", []string{}), name)
	}
	got, err := c.Groups.BulkGet(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, got)
	assert.Empty(t, s.Seen)
}

// groupServer has one group, whose members change.
type groupServer struct {
	members  []string
	steps    []string
	noUsers  bool
	failStep int // the change that fails, from 1
}

func (g *groupServer) respond(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		var users []map[string]string
		for _, id := range g.members {
			users = append(users, map[string]string{"id": id})
		}
		group := map[string]any{"id": "g", "name": "G", "users": users, "roles": users}
		if g.noUsers {
			delete(group, "users")
		}
		return httpmock.NewJsonResponse(200, group)
	}
	list, err := idsIn(r.Body)
	if err != nil {
		return nil, err
	}
	g.steps = append(g.steps, fmt.Sprint(r.Method, len(list)))
	if len(g.steps) == g.failStep {
		return reply(403, "")(r)
	}
	for _, id := range list {
		g.members = slices.DeleteFunc(g.members, func(m string) bool { return m == id })
		if r.Method == http.MethodPost {
			g.members = append(g.members, id)
		}
	}
	return reply(200, "")(r)
}

// setMembers are the methods that set members, by the field of their requests.
var setMembers = map[string]func(*frontegg.GroupsService, context.Context, string, []string, ...frontegg.RequestOption) (frontegg.Change, error){
	"userIds": (*frontegg.GroupsService).SetUsers, "roleIds": (*frontegg.GroupsService).SetRoles,
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
			for field, set := range setMembers {
				g := &groupServer{members: slices.Clone(tt.has)}
				c := newClient(t, &fakeTransport{Respond: g.respond})
				change, err := set(c.Groups, t.Context(), "g", tt.want)
				require.NoError(t, err)
				assert.Equal(t, tt.change, change, field)
				assert.Equal(t, tt.steps, g.steps)
				again, err := set(c.Groups, t.Context(), "g", tt.want)
				require.NoError(t, err)
				assert.Zero(t, again)
			}
		})
	}
}

func TestSetUsers_ChangeWithError(t *testing.T) {
	t.Parallel()
	g := &groupServer{members: ids("old", 600), failStep: 2}
	change, err := newClient(t, &fakeTransport{Respond: g.respond}).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Equal(t, frontegg.Change{Removed: ids("old", 500)}, change)
	assert.Equal(t, []string{"DELETE500", "DELETE100"}, g.steps)

	g = &groupServer{members: []string{"old"}, failStep: 2}
	change, err = newClient(t, &fakeTransport{Respond: g.respond}).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Equal(t, frontegg.Change{Removed: []string{"old"}}, change)
}

func TestSetUsers_MembersMissing(t *testing.T) {
	t.Parallel()
	g := &groupServer{noUsers: true}
	_, err := newClient(t, &fakeTransport{Respond: g.respond}).Groups.SetUsers(t.Context(), "g", []string{"new"})
	require.ErrorContains(t, err, "nothing was changed")
	assert.Empty(t, g.steps)
}

func TestSetUsersAndSetRoles_InvalidMembers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		entries string
		skipped []string
	}{
		"null": {`null`, []string{""}}, "no ID": {`{"email":"a@b.c"}`, []string{""}}, "null ID": {`{"id":null}`, []string{""}},
		"numbers": {`{"id":12},{"id":-3.5e1}`, []string{""}},
		"address": {`{"id":"jane@acme.com"}`, []string{"jane@acme.com"}}, "several": {`null,{"id":"a b"},{"id":""},{"id":"é"}`, []string{"", "a b", "é"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for field, set := range setMembers {
				list := `[` + tt.entries + `,{"id":"keep"},{"id":"old"}]`
				s := &fakeTransport{Respond: script(reply(200, `{"id":"g","users":`+list+`,"roles":`+list+`}`), reply(200, ""))}
				change, err := set(newClient(t, s).Groups, t.Context(), "g", []string{"keep", "new"})
				require.NoError(t, err)
				assert.Equal(t, frontegg.Change{Added: []string{"new"}, Removed: []string{"old"}, Skipped: tt.skipped}, change)
				require.Len(t, s.Seen, 3)
				assert.Equal(t, `DELETE {"`+field+`":["old"]}`, s.Seen[1].Method+" "+s.Seen[1].Body)
				assert.Equal(t, `POST {"`+field+`":["new"]}`, s.Seen[2].Method+" "+s.Seen[2].Body)
			}
		})
	}
}
