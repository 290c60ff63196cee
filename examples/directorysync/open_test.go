package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// names returns the names of the tenant's groups.
func names(s *fronteggtest.Server) []string {
	out := []string{}
	for _, g := range s.Groups("acme") {
		out = append(out, g.Name)
	}
	return out
}

// Five groups are refused, three people are unknown, and a role key is ambiguous: the
// rest is done, and the output lists what to do about each.
func TestRun_Incomplete(t *testing.T) {
	s := tenant(t)
	s.AddRole("", frontegg.Role{ID: "role-env", Key: "twice"})
	s.AddRole("acme", frontegg.Role{ID: "role-tenant", Key: "twice"})
	var teams strings.Builder
	teams.WriteString("key,name,roles,member\n")
	for n := 1; n <= 5; n++ {
		fmt.Fprintf(&teams, "k%d,Refused %d,,a@example.com\n", n, n)
		s.Inject(fronteggtest.Fault{Op: "groups.create", Mentions: fmt.Sprintf("Refused %d", n), Status: http.StatusBadRequest, Times: -1})
	}
	teams.WriteString("k6,Ambiguous,twice,a@example.com\n")
	for n := 7; n <= 9; n++ {
		fmt.Fprintf(&teams, "k%d,Team %d,,new%d@example.com\nk%d,Team %d,,b@example.com\n", n, n, n, n, n)
	}
	for n := 10; n <= 20; n++ {
		fmt.Fprintf(&teams, "k%d,Team %d,viewer,%c@example.com\n", n, n, 'a'+n%5)
	}
	r := runWith(t, syncArgs(t, teams.String(), "-apply", "-grant-roles")...)
	assert.Equal(t, exitIncomplete, r.exit)
	assert.Contains(t, r.summary(), "result=incomplete exit=4")
	assert.Contains(t, r.summary(), "created=14 ")

	created := names(s)
	assert.Len(t, created, 14)
	for _, g := range s.Groups("acme") {
		assert.Len(t, g.Users, 1, g.Name)
	}
	_, list, found := strings.Cut(r.stdout, "\nNot done (")
	require.True(t, found, r.stdout)
	for n := 1; n <= 5; n++ {
		assert.Contains(t, list, fmt.Sprintf(`group "Refused %d" (key k%d`, n, n))
	}
	assert.Contains(t, list, "400 Bad Request")
	assert.Contains(t, r.summary(), "failed=6 skipped=3 ")
	for n := 7; n <= 9; n++ {
		assert.Contains(t, list, fmt.Sprintf("new%d@example.com (row %d)", n, 8+2*(n-7)))
	}
	for _, want := range []string{
		`group "Ambiguous" (key k6, row 7)`, "role-env", "role-tenant",
		"To do: the service does not accept a value: correct the team in the file.",
		"To do: invite them to the tenant, or correct the addresses",
		"To do: correct the file or the roles",
	} {
		assert.Contains(t, list, want)
	}

	s.ClearFaults()
	r = runWith(t, syncArgs(t, teams.String(), "-apply", "-grant-roles", "-max-change", "1")...)
	assert.Equal(t, exitIncomplete, r.exit, "the role key is still ambiguous")
	assert.Contains(t, r.summary(), "created=5 ")
}

func TestRun_UnknownRoleKey(t *testing.T) {
	s := tenant(t)
	r := runWith(t, syncArgs(t, "key,name,roles,member\nk,Eng,veiwer,a@example.com\nl,Ops,viewer,a@example.com\n", "-apply", "-grant-roles")...)
	assert.Equal(t, exitIncomplete, r.exit)
	assert.Contains(t, r.stdout, `group "Eng" (key k, row 2)`)
	assert.Contains(t, r.stdout, "keys that exist: editor, viewer", "the keys that exist")
	assert.Equal(t, []string{"Ops"}, names(s))

	r = runWith(t, syncArgs(t, "key,name,roles,member\nk,Eng,veiwer,a@example.com\nl,Ops,,\n", "-detailed-exitcode")...)
	assert.Equal(t, exitIncomplete, r.exit, "more than pending: a person has to correct something")
	assert.Contains(t, r.summary(), "steps=0/2")
}

func TestRun_UnknownPeople(t *testing.T) {
	new4 := header + "k,Eng,a@example.com\nk,Eng,n1@example.com\nk,Eng,n2@example.com\nk,Eng,n3@example.com\nk,Eng,n4@example.com\n"
	tests := []struct {
		name, teams string
		args        []string
		exit        int
		message     string
	}{
		{"three may be", header + "k,Eng,a@example.com\nk,Eng,n1@example.com\nk,Eng,n2@example.com\nk,Eng,n3@example.com\n", nil, exitSkipped, "n3@example.com (row 5)"},
		{"more than the share", new4, nil, exitGuard, "raise -max-unknown"},
		{"the share is raised", new4, []string{"-max-unknown", "0.9"}, exitSkipped, "n4@example.com (row 6)"},
		{"everybody", header + "k,Eng,n1@example.com\nk,Eng,n2@example.com\n", []string{"-max-unknown", "1"}, exitGuard, "that is all of them"},
		{"refuse", header + "k,Eng,a@example.com\nk,Eng,n1@example.com\n", []string{"-unknown", "refuse"}, exitGuard, "n1@example.com (row 3)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tenant(t)
			r := runWith(t, append(syncArgs(t, tt.teams, "-apply"), tt.args...)...)
			assert.Equal(t, tt.exit, r.exit, r.stderr)
			assert.Contains(t, r.stdout+r.stderr, tt.message)
			if tt.exit == exitGuard {
				assert.Empty(t, s.Groups("acme"))
			} else {
				require.Len(t, s.Groups("acme"), 1)
				assert.Len(t, s.Groups("acme")[0].Users, 1)
			}
		})
	}
}

// A member whom no lookup lists, but who is in a group, stays in it.
func TestRun_KeepsMembersThatAreNotListed(t *testing.T) {
	s := tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, small, "-apply")...).exit)
	people := write(t, "people.csv", "id,email\nub,b@example.com\n")
	for _, teams := range []string{small, strings.ReplaceAll(small, "a@example.com", "ua")} {
		r := runWith(t, syncArgs(t, teams, "-apply", "-people", people)...)
		assert.Equal(t, exitOK, r.exit, r.stdout)
		assert.Contains(t, r.summary(), "result=nothing-to-do")
		assert.Len(t, s.Groups("acme")[0].Users, 2)
	}
}

func TestRun_OfflinePeople(t *testing.T) {
	s := tenant(t)
	people := write(t, "people.csv", "id,email\nua,first@example.com\nub,B@example.com\n")
	r := runWith(t, syncArgs(t, header+"k,Eng,first@example.com\nk,Eng,b@example.com\nk,Eng,uc\n", "-apply", "-people", people)...)
	assert.Equal(t, exitSkipped, r.exit, r.stderr)
	assert.Contains(t, r.stdout, "uc (row 4)", "an ID that is not in the file")
	require.Len(t, s.Groups("acme"), 1)
	assert.Len(t, s.Groups("acme")[0].Users, 2)
	for _, request := range s.Requests() {
		assert.False(t, strings.HasPrefix(request.Op, "users."), request.Op)
	}
}

func TestRun_AbsentIsNotEmpty(t *testing.T) {
	s := tenant(t)
	all := "key,name,description,color,roles,member\nk,Eng,d,#fff,viewer,a@example.com\n"
	require.Equal(t, exitOK, runWith(t, syncArgs(t, all, "-apply", "-grant-roles")...).exit)
	r := runWith(t, syncArgs(t, "key,name\nk,Eng\n", "-apply")...)
	assert.Contains(t, r.summary(), "result=nothing-to-do exit=0")
	r = runWith(t, syncArgs(t, "key,name,description,color,roles,member\nk,Eng,,,,\n", "-apply")...)
	assert.Equal(t, exitOK, r.exit, r.stderr)
	g := s.Groups("acme")[0]
	assert.Empty(t, g.Description+g.Color)
	assert.Empty(t, g.Users)
	assert.Empty(t, g.Roles)
}

func TestRun_GroupsThatAreNotInTheFile(t *testing.T) {
	one := header + "l,Ops,a@example.com\n"
	for _, tt := range []struct {
		flag   string
		exit   int
		groups int
		users  int
	}{
		{"", exitSkipped, 2, 3},
		{"-empty", exitOK, 2, 1},
		{"-delete", exitOK, 1, 1},
	} {
		t.Run(tt.flag, func(t *testing.T) {
			s := tenant(t)
			require.Equal(t, exitOK, runWith(t, syncArgs(t, small, "-apply")...).exit)
			args := syncArgs(t, one, "-apply")
			if tt.flag != "" {
				args = append(args, tt.flag)
			}
			r := runWith(t, args...)
			assert.Equal(t, tt.exit, r.exit, r.stdout)
			users := 0
			for _, g := range s.Groups("acme") {
				users += len(g.Users)
			}
			assert.Len(t, s.Groups("acme"), tt.groups)
			assert.Equal(t, tt.users, users)
			if tt.flag == "" {
				assert.Contains(t, r.stdout, "To do: its members keep its roles: run with -delete or -empty.")
			}
		})
	}
}

func TestRun_Adopt(t *testing.T) {
	s := tenant(t)
	s.AddGroup("acme", frontegg.Group{Name: "Eng", Users: []frontegg.User{{ID: "ua"}}})
	r := runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitSkipped, r.exit)
	assert.Contains(t, r.stdout, "run with -adopt if it is the same team")
	r = runWith(t, syncArgs(t, small, "-apply", "-adopt")...)
	assert.Equal(t, exitOK, r.exit, r.stdout)
	assert.Contains(t, r.summary(), "adopted=1")
	assert.Len(t, s.Groups("acme")[0].Users, 2)
}

func TestRun_GrantRolesIsOff(t *testing.T) {
	s := tenant(t)
	s.AddUser("acme", frontegg.User{ID: "ux", Email: "x@example.com"})
	teams := "key,name,roles,member\nk,Eng,viewer,a@example.com\n"
	require.Equal(t, exitOK, runWith(t, syncArgs(t, teams, "-apply", "-grant-roles")...).exit)
	r := runWith(t, syncArgs(t, teams+"k,Eng,viewer,x@example.com\n", "-apply")...)
	assert.Equal(t, exitSkipped, r.exit)
	assert.Contains(t, r.stdout, "x@example.com (row 3)")
	assert.Contains(t, r.stdout, "To do: run once with -grant-roles")
	assert.Len(t, s.Groups("acme")[0].Users, 1)
}

// Every reason is either somebody else's group or has an advice.
func TestSkipAdvice_IsComplete(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{
		groupsync.ReasonUnowned, groupsync.ReasonOtherOwner, groupsync.ReasonUnreadable, groupsync.ReasonInvalidID,
		groupsync.ReasonDuplicateKey, groupsync.ReasonSCIM, groupsync.ReasonManaged, groupsync.ReasonOutside, groupsync.ReasonNameTaken,
		groupsync.ReasonUnwanted, groupsync.ReasonGrant, groupsync.ReasonUnknownUser, groupsync.ReasonInvalid,
	} {
		assert.NotEmpty(t, skipAdvice[reason], reason)
	}
}

// A member who is to go, and whose ID cannot be sent, is not passed over in silence.
func TestRun_InvalidID(t *testing.T) {
	s := tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, header+"k,Eng,a@example.com\n", "-apply")...).exit)
	g := s.Groups("acme")[0]
	g.ID, g.Name, g.Metadata = "", "Ops", strings.Replace(g.Metadata, `"k"`, `"l"`, 1)
	g.Users = []frontegg.User{{ID: "a@b.c"}}
	s.AddGroup("acme", g)
	r := runWith(t, syncArgs(t, header+"k,Eng,a@example.com\nl,Ops,\n", "-apply")...)
	assert.Equal(t, exitSkipped, r.exit, r.stdout)
	assert.Contains(t, r.stdout, `group "Ops" (key l, row 3) has an ID, or members or roles with IDs, that cannot be sent: 1 member not removed`)
}

// A batch of which a part is applied is a write, though its step is not done.
func TestRun_EndsInTheMiddleOfAStep(t *testing.T) {
	s := tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply")...).exit)
	s.Inject(fronteggtest.Fault{Op: "groups.addUsers", After: 2, Status: http.StatusUnauthorized, Times: -1})
	r := runWith(t, syncArgs(t, header+"k,Eng,ua\nk,Eng,ub\nk,Eng,zz\n", "-apply")...)
	assert.Equal(t, exitIncomplete, r.exit, r.stderr)
	assert.Contains(t, r.summary(), "result=incomplete exit=4 steps=0/1")
	assert.Contains(t, r.summary(), "users_added=1")
	assert.Contains(t, r.stdout, "1 of 1 steps are not done: the run ended early\n    To do: run again.")
}

// Steps that failed, those of the same groups, and those after the end of the run:
// each is in the list once.
func TestRun_EndsEarly(t *testing.T) {
	s := tenant(t)
	s.Inject(fronteggtest.Fault{Op: "groups.create", Mentions: "Eng", Status: http.StatusForbidden, Times: -1})
	r := runWith(t, syncArgs(t, small+"m,Sales,a@example.com\n", "-apply", "-max-writes", "4")...)
	assert.Equal(t, exitIncomplete, r.exit, r.stderr)
	assert.Contains(t, r.summary(), "steps=3/6")
	assert.Contains(t, r.stdout, "\nNot done (2):\n")
	assert.Contains(t, r.stdout, `then not tried: add users of "Eng" (2)`)
	assert.Contains(t, r.stdout, "1 of 6 steps are not done: the run ended early\n    To do: run again.")
}

// One person by ID and by address, in either order, is a member twice.
func TestRun_SamePersonTwice(t *testing.T) {
	s := tenant(t)
	people := write(t, "people.csv", "id,email\nua,A@example.com\n")
	for _, args := range [][]string{nil, {"-people", people}} {
		for _, tt := range []struct{ teams, message string }{
			{header + "k,Eng,a@example.com\nk,Eng,ua\n", `row 3, column member: \"ua\" is A@example.com, who is also in row 2`},
			{header + "k,Eng,ua\nk,Eng,a@example.com\n", `row 2, column member: \"ua\" is A@example.com, who is also in row 3`},
		} {
			if args == nil {
				tt.message = strings.Replace(tt.message, "A@", "a@", 1)
			}
			r := runWith(t, append(syncArgs(t, tt.teams, "-apply"), args...)...)
			assert.Equal(t, exitBadInput, r.exit, r.stdout)
			assert.Contains(t, r.stderr, tt.message)
			assert.Empty(t, s.Groups("acme"))
		}
	}
}
