package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// team is a group of the world: how it is before and after the night. Empty: there
// is none.
type team struct {
	key, before, after string   // names
	had, wanted        []string // members
	hadRoles, roles    []string
}

// teams are those of each tenant. The night renames one, lets members come and go,
// creates one, takes a role away and deletes one.
var teams = []team{
	{key: "t-1", before: "Sales", after: "Sales", had: []string{"ada", "ben"}, wanted: []string{"ada", "cleo"}, hadRoles: []string{"viewer"}, roles: []string{"viewer"}},
	{key: "t-2", before: "Helpdesk", after: "Support", had: []string{"dev"}, wanted: []string{"dev", "eve", "ida"}, hadRoles: []string{"editor", "admin"}, roles: []string{"editor"}},
	{key: "t-3", after: "Engineering", wanted: []string{"ada", "fay"}, roles: []string{"admin"}},
	{key: "t-4", before: "Interns", had: []string{"gus"}, hadRoles: []string{"viewer"}},
}

// worldPeople are those of each tenant. hal is wanted nowhere.
var worldPeople = []string{"ada", "ben", "cleo", "dev", "eve", "fay", "gus", "hal", "ida"}

func userID(person, tenant string) string { return person + "." + tenant }
func roleID(key string) string            { return "role-" + key }

// newWorld returns an environment with many tenants before the night, and the
// input for it.
func newWorld(t *testing.T, tenants int, opts ...fronteggtest.ServerOption) *environment {
	t.Helper()
	e := newEmptyEnvironment(t, opts...)
	for _, key := range []string{"viewer", "editor", "admin"} {
		e.server.AddRole("", frontegg.Role{ID: roleID(key), Key: key})
	}
	require.NoError(t, os.MkdirAll(e.input, 0o700))
	for i := range tenants {
		tenant := sampleTenant(i)
		for _, person := range worldPeople {
			e.server.AddUser(tenant, frontegg.User{ID: userID(person, tenant), Email: sampleEmail(person, tenant)})
		}
		rows := [][]string{{"key", "name", "roles", "member"}}
		for _, team := range teams {
			team.seed(t, e.server, tenant)
			for _, person := range team.wanted {
				rows = append(rows, []string{team.key, team.after, team.roles[0], sampleEmail(person, tenant)})
			}
		}
		f, err := os.Create(filepath.Join(e.input, tenant+".csv"))
		require.NoError(t, err)
		require.NoError(t, csv.NewWriter(f).WriteAll(rows))
		require.NoError(t, f.Close())
	}
	return e
}

// seed puts the team into a tenant as it is before the night.
func (g team) seed(t *testing.T, server *fronteggtest.Server, tenant string) {
	t.Helper()
	if g.before == "" {
		return
	}
	label, err := groupsync.Label("", "fleetsync", g.key)
	require.NoError(t, err)
	group := frontegg.Group{Name: g.before, Metadata: label}
	for _, person := range g.had {
		group.Users = append(group.Users, frontegg.User{ID: userID(person, tenant)})
	}
	for _, role := range g.hadRoles {
		group.Roles = append(group.Roles, frontegg.Role{ID: roleID(role)})
	}
	server.AddGroup(tenant, group)
}

// assertNoWrongGrant fails if a request has ever tried to give somebody a group, or
// a group a role, that the input does not give them.
func (e *environment) assertNoWrongGrant(t *testing.T, tenants int) {
	t.Helper()
	granted := map[string][]string{} // what the input gives to a group, by its ID
	for i := range tenants {
		tenant := sampleTenant(i)
		for _, g := range e.server.Groups(tenant) {
			at := slices.IndexFunc(teams, func(team team) bool { return team.after == g.Name })
			require.NotEqual(t, -1, at, "group %q of %s is not wanted", g.Name, tenant)
			for _, key := range teams[at].roles {
				granted[g.ID] = append(granted[g.ID], roleID(key))
			}
			for _, person := range teams[at].wanted {
				granted[g.ID] = append(granted[g.ID], userID(person, tenant))
			}
		}
	}
	checked := 0
	for _, r := range e.server.Requests() {
		if r.Op != "groups.addUsers" && r.Op != "groups.addRoles" {
			continue
		}
		for _, id := range idsOf(t, r) {
			checked++
			assert.Contains(t, granted[groupOf(r)], id, "%s %s", r.Op, r.Path)
		}
	}
	require.GreaterOrEqual(t, checked, 6*tenants)
}
