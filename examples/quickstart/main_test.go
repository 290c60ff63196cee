package main

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// tenant starts a server with the users and roles of the teams, and sets the
// variables that lead to it.
func tenant(t *testing.T) *fronteggtest.Server {
	t.Helper()
	server := testenv.Start(t)
	seed(server)
	return server
}

// names returns the names of the tenant's groups.
func names(server *fronteggtest.Server) []string {
	out := []string{}
	for _, g := range server.Groups("acme") {
		out = append(out, g.Name)
	}
	return out
}

func TestRun_InMemory(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, false))
	for _, want := range []string{
		"server    fake, in memory",
		"team      Support: 4 of 4 members found, 1 of 1 roles\n",
		"read      4 groups\n",
		`4 members, 1 roles: "Support"`,
		"bulk get  4 of 5 IDs exist (one was made up)\n",
		`update    description "Changed", color ""`,
		"conflict  the name is taken by ",
		"clean up  4 groups deleted, 0 left\n",
		"done      ",
	} {
		assert.Contains(t, out.String(), want)
	}
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, len(line), 80+len("\n"), line)
	}
}

func TestRun_ReadsOnlyUnlessWriteIsGiven(t *testing.T) {
	server := tenant(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, false))
	assert.True(t, strings.HasPrefix(out.String(), "server    "+server.URL()+`, tenant "acme"`), out.String())
	for _, r := range server.Requests() {
		if r.Op != "auth.vendor" && r.Op != "groups.bulkGet" {
			assert.Equal(t, http.MethodGet, r.Method, r.Op)
		}
	}
}

func TestRun_LeavesTheTenantAsItWas(t *testing.T) {
	tests := []struct {
		name    string
		fault   fronteggtest.Fault
		groups  int // that are created and deleted
		wantErr string
	}{
		{"success", fronteggtest.Fault{}, 4, ""},
		{"a response is lost", fronteggtest.Fault{Op: "groups.create", After: 1, Drop: fronteggtest.DropAfterApply}, 4, ""},
		{"members are refused", fronteggtest.Fault{Op: "groups.addUsers", After: 2, Status: http.StatusForbidden}, 3, "groups.addUsers"},
		{"an update is refused", fronteggtest.Fault{Op: "groups.update", Status: http.StatusBadRequest}, 4, "groups.update"},
		{"reading fails", fronteggtest.Fault{Op: "groups.bulkGet", Status: http.StatusForbidden}, 4, "groups.bulkGet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := tenant(t)
			if tt.fault.Op != "" {
				server.Inject(tt.fault)
			}
			err := run(t.Context(), &bytes.Buffer{}, true)
			if tt.wantErr == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.wantErr)
			}
			assert.Equal(t, tt.groups, server.Applied("groups.delete"))
			assert.Empty(t, names(server))
		})
	}
}

func TestRun_CleansUpAfterCtrlC(t *testing.T) {
	server := tenant(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	server.Inject(fronteggtest.Fault{Op: "groups.addRoles", Respond: func(http.ResponseWriter, *http.Request) { interrupt() }})
	require.ErrorIs(t, run(ctx, &bytes.Buffer{}, true), context.Canceled)
	assert.Positive(t, server.Applied("groups.delete"))
	assert.Empty(t, names(server))
}

func TestRun_ReportsWhatItCouldNotDelete(t *testing.T) {
	server := tenant(t)
	server.Inject(fronteggtest.Fault{Op: "groups.delete", Status: http.StatusForbidden})
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), &out, true), "groups.delete")
	assert.Contains(t, out.String(), "clean up  3 groups deleted, 1 left")
	assert.Len(t, names(server), 1)
}

// closedPipe is an output that nobody reads.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestRun_CleansUpWithoutAReader(t *testing.T) {
	server := tenant(t)
	require.NoError(t, run(t.Context(), closedPipe{}, true))
	assert.Empty(t, names(server))
}

func TestRun_IncompleteEnvironment(t *testing.T) {
	t.Setenv("FRONTEGG_API_KEY", "key")
	assert.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, true), "FRONTEGG_CLIENT_ID")
}

func TestRun_UnknownPeople(t *testing.T) {
	server := tenant(t)
	t.Setenv("FRONTEGG_TENANT_ID", "globex") // has nobody, and no roles
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, true))
	assert.Contains(t, out.String(), "team      Support: 0 of 4 members found, 0 of 1 roles\n")
	assert.Empty(t, server.Groups("globex"))
}
