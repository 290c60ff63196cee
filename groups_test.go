package frontegg_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestGroup_RequireRelations(t *testing.T) {
	t.Parallel()
	roles, users := []frontegg.Role{}, []frontegg.User{}
	tests := []struct {
		name  string
		group frontegg.Group
		r     frontegg.Relations
		field string // of the error
	}{
		{"both", frontegg.Group{ID: "g1", Roles: roles, Users: users}, frontegg.RelationsRolesAndUsers, ""},
		{"neither", frontegg.Group{ID: "g1"}, frontegg.RelationsRolesAndUsers, "group g1: Roles"},
		{"no users", frontegg.Group{ID: "g1", Roles: roles}, frontegg.RelationsRolesAndUsers, "group g1: Users"},
		{"users are not required", frontegg.Group{ID: "g1", Roles: roles}, frontegg.RelationsRoles, ""},
		{"roles are not required", frontegg.Group{ID: "g1", Users: users}, frontegg.RelationsUsers, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.group.RequireRelations(tt.r)
			if tt.field == "" {
				require.NoError(t, err)
				return
			}
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, tt.field, invalid.Field)
			assert.Contains(t, err.Error(), "WithRelations")
		})
	}
	for _, unknown := range []frontegg.Relations{"", "members"} {
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, frontegg.Group{Roles: roles, Users: users}.RequireRelations(unknown), &invalid, "a check that checks nothing")
	}
}

func TestMetadata_AsEncodingJSON(t *testing.T) {
	t.Parallel()
	type metadata struct {
		Owner   string
		Number  json.Number   `json:"number"`
		Zero    int           `json:"zero,omitempty"`
		Wait    time.Duration `json:"wait"`
		List    []string      `json:"list"`
		Ignored string        `json:"-"`
	}
	text, err := frontegg.EncodeMetadata(metadata{Owner: "a<b>", Number: "12345678901234567890", Wait: time.Second})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Owner":"a<b>","number":12345678901234567890,"wait":1000000000,"list":null}`, text)
	assert.Contains(t, text, "<b>")
	var got metadata
	require.NoError(t, frontegg.Group{Metadata: `{"owner":"x","NUMBER":7,"zero":1,"wait":5,"list":["a"],"list":["b"]}`}.DecodeMetadata(&got))
	assert.Equal(t, metadata{Owner: "x", Number: "7", Zero: 1, Wait: 5, List: []string{"b"}}, got)
	sorted, err := frontegg.EncodeMetadata(map[string]any{"b": 1, "a": json.RawMessage(`{"y": 1}`)})
	require.NoError(t, err)
	assert.Regexp(t, "^.*a.*b.*$", sorted)
	_, err = frontegg.EncodeMetadata(make(chan int))
	require.Error(t, err)
}

func TestDecodeMetadata_Error(t *testing.T) {
	t.Parallel()
	g := frontegg.Group{ID: "g1", Name: "Admins", Metadata: "team: platform" + strings.Repeat(" and more", 100)}
	var v map[string]any
	err := g.DecodeMetadata(&v)
	require.Error(t, err)
	for _, part := range []string{`"Admins"`, `"g1"`, `"team: platform`} {
		assert.ErrorContains(t, err, part)
	}
	assert.Less(t, len(err.Error()), 300)
	require.NoError(t, frontegg.Group{}.DecodeMetadata(nil))
}

func TestBulkGet_Order(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		list, err := idsIn(r.Body)
		if err != nil {
			return nil, err
		}
		var found []map[string]string
		for _, id := range slices.Backward(list) { // a server's order is its own
			if id != "g00007" {
				found = append(found, map[string]string{"id": id}, map[string]string{"id": id})
			}
		}
		found = append(found, map[string]string{"id": "unasked"})
		return httpmock.NewJsonResponse(201, map[string]any{"groups": found})
	}}
	want := ids("g", 1001)
	var resp frontegg.Response
	got, err := newClient(t, s).Groups.BulkGet(t.Context(), append(slices.Clone(want), want[5]), frontegg.WithResponse(&resp))
	require.NoError(t, err)
	var gotIDs []string
	for _, g := range got {
		gotIDs = append(gotIDs, g.ID)
	}
	assert.Equal(t, slices.Delete(slices.Clone(want), 7, 8), gotIDs)
	assert.Len(t, s.Seen, 6)
	assert.Equal(t, 201, resp.StatusCode)
}

func TestBulkGet_FailedBatch(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		list, err := idsIn(r.Body)
		if slices.Contains(list, "g00300") {
			return reply(403, "")(r)
		}
		return httpmock.NewStringResponse(201, noGroups), err
	}}
	got, err := newClient(t, s).Groups.BulkGet(t.Context(), ids("g", 500))
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.Nil(t, got)
}

func TestFindByName(t *testing.T) {
	t.Parallel()
	const rtt = 50 * time.Millisecond
	for name, tt := range map[string]struct {
		name             string // of the group
		rounds, requests int
		err              error
	}{
		"on the first page": {"g00005", 1, 1, nil}, "on the second page": {"g00205", 2, 3, nil}, "the last of 10,000": {"g09999", 10, 50, nil},
		"unknown": {"g1", 10, 50, frontegg.ErrNotFound}, "other case": {"G00005", 10, 50, frontegg.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &table{limit: 200, rows: ids("g", 10_000), delay: rtt}
				began := time.Now()
				g, err := s.client(t).Groups.FindByName(t.Context(), tt.name)
				require.ErrorIs(t, err, tt.err)
				if err == nil {
					assert.Equal(t, tt.name, g.ID)
				}
				assert.LessOrEqual(t, time.Since(began), time.Duration(tt.rounds)*rtt)
				assert.LessOrEqual(t, len(s.requested), tt.requests)
			})
		})
	}
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	const made, found = `{"id":"new","name":"Eng"}`, `{"items":[{"id":"old","name":"Eng"}],"_metadata":{"totalPages":1}}`
	const none = `{"items":[]}`
	tests := []struct {
		name           string
		creates, pages []responder
		id             string
		created        bool
		err            error
	}{
		{"there is none", []responder{reply(201, made)}, nil, "new", true, nil},
		{"there is one, or another program was first", []responder{reply(409, "")}, []responder{reply(200, found)}, "old", false, nil},
		{"the response was lost and the group exists", []responder{reply(503, "")}, []responder{reply(200, found)}, "old", false, nil},
		{"the response cannot be decoded and the group exists", []responder{reply(201, "<html>")}, []responder{reply(200, found)}, "old", false, nil},
		{"the create did not run and is done again", []responder{reply(503, ""), reply(201, made)}, []responder{reply(200, none)}, "new", true, nil},
		{"the create did not run and another program was first", []responder{reply(503, ""), reply(409, "")}, []responder{reply(200, none), reply(200, found)}, "old", false, nil},
		{"the group that conflicts has gone", []responder{reply(409, ""), reply(201, made)}, []responder{reply(200, none)}, "new", true, nil},
		{"no create has a response", []responder{reply(503, ""), reply(500, "")}, []responder{reply(200, none), reply(200, none)}, "", false, frontegg.ErrOutcomeUnknown},
		{"the lookup fails", []responder{reply(503, "")}, []responder{reply(403, "")}, "", false, frontegg.ErrForbidden},
		{"the create is rejected", []responder{reply(403, "")}, nil, "", false, frontegg.ErrForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sent := map[string]int{}
			s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
				steps := map[string][]responder{http.MethodPost: tt.creates, http.MethodGet: tt.pages}[r.Method]
				require.Less(t, sent[r.Method], len(steps), "one request too many")
				sent[r.Method]++
				return steps[sent[r.Method]-1](r)
			}}
			g, created, err := newClient(t, s).Groups.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Eng"})
			require.ErrorIs(t, err, tt.err)
			require.NotErrorIs(t, err, frontegg.ErrNotFound, "a program may take that for success")
			assert.Equal(t, tt.created, created)
			if tt.id == "" {
				assert.Nil(t, g)
			} else {
				assert.Equal(t, tt.id, g.ID)
			}
			assert.Len(t, s.Seen, len(tt.creates)+len(tt.pages))
		})
	}
}
