package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// runWith runs the program with the given environment and nothing else.
func runWith(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	setEnvironment(t, env)
	var out, err bytes.Buffer
	code = run(t.Context(), args, &out, &err)
	return code, out.String(), err.String()
}

func setEnvironment(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{"CLIENT_ID", "API_KEY", "TENANT_ID", "REGION", "BASE_URL"} {
		t.Setenv("FRONTEGG_"+name, env["FRONTEGG_"+name])
	}
}

// tenant starts a server whose tenant acme has n groups, and returns the environment
// that leads to it.
func tenant(t *testing.T, n int) (*fronteggtest.Server, map[string]string) {
	t.Helper()
	server := fronteggtest.Start(t)
	for i := range n {
		server.AddGroup("acme", frontegg.Group{ID: fmt.Sprintf("g-%06d", i)})
	}
	id, key := server.Credentials()
	return server, map[string]string{
		"FRONTEGG_CLIENT_ID": id, "FRONTEGG_API_KEY": key,
		"FRONTEGG_TENANT_ID": "acme", "FRONTEGG_BASE_URL": server.URL(),
	}
}

// lines decodes JSON Lines.
func lines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for line := range strings.Lines(text) {
		var v map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &v), line)
		out = append(out, v)
	}
	return out
}

func TestRun_WithoutEnvironment(t *testing.T) {
	code, stdout, stderr := runWith(t, nil)
	require.Equal(t, exitOK, code, stderr)
	assert.Len(t, lines(t, stdout), 60)
	assert.Contains(t, stderr, "made-up data of a fake server")
	assert.Contains(t, stderr, "export: 60 groups\n")
}

func TestRun_WritesEveryGroupOnce(t *testing.T) {
	server, env := tenant(t, 1001)
	for _, format := range []string{"jsonl", "csv"} {
		t.Run(format, func(t *testing.T) {
			server.ResetRequests()
			code, stdout, stderr := runWith(t, env, "-format", format)
			require.Equal(t, exitOK, code, stderr)
			assert.Equal(t, "export: "+server.URL()+", tenant acme\nexport: 1001 groups\n", stderr)
			assert.Equal(t, 6, server.Count("groups.listPage"))
			for _, id := range []string{"g-000000", "g-000500", "g-001000"} {
				assert.Equal(t, 1, strings.Count(stdout, id))
			}
			want := 1001
			if format == "csv" {
				want++ // the header
			}
			assert.Equal(t, want, strings.Count(stdout, "\n"))
		})
	}
}

func TestRun_Relations(t *testing.T) {
	server, env := tenant(t, 1)
	server.AddGroup("acme", frontegg.Group{
		ID: "g-full", Roles: []frontegg.Role{{Key: "viewer"}, {Key: "editor"}}, Users: []frontegg.User{{Email: "ada@example.com"}},
	})
	for relations, want := range map[string]struct{ roles, users bool }{
		"": {}, "roles": {roles: true}, "users": {users: true}, "rolesAndUsers": {true, true},
	} {
		t.Run("relations "+relations, func(t *testing.T) {
			code, stdout, stderr := runWith(t, env, "-relations", relations)
			require.Equal(t, exitOK, code, stderr)
			for _, group := range lines(t, stdout) {
				roles, hasRoles := group["roles"]
				users, hasUsers := group["users"]
				assert.Equal(t, want.roles, hasRoles)
				assert.Equal(t, want.users, hasUsers)
				if full := group["id"] == "g-full"; full && want.roles {
					assert.Len(t, roles, 2)
				} else if !full && want.users {
					assert.Equal(t, []any{}, users)
				}
			}
		})
	}
	code, stdout, _ := runWith(t, env, "-relations", "rolesAndUsers", "-format", "csv")
	require.Equal(t, exitOK, code)
	assert.Contains(t, stdout, ",viewer;editor,ada@example.com\n")
}

func TestRun_TenantFlag(t *testing.T) {
	server, env := tenant(t, 3)
	server.AddGroup("globex", frontegg.Group{Name: "Research"})
	code, stdout, stderr := runWith(t, env, "-tenant", "globex")
	require.Equal(t, exitOK, code, stderr)
	require.Len(t, lines(t, stdout), 1)
	assert.Contains(t, stdout, "Research")
}

func TestRun_NoGroups(t *testing.T) {
	_, env := tenant(t, 0)
	code, stdout, _ := runWith(t, env)
	assert.Equal(t, exitOK, code)
	assert.Empty(t, stdout)
	code, stdout, _ = runWith(t, env, "-format", "csv")
	assert.Equal(t, exitOK, code)
	assert.Equal(t, strings.Join(columns, ",")+"\n", stdout)
}

func TestCSV_EscapesFormulas(t *testing.T) {
	server, env := tenant(t, 0)
	server.AddGroup("acme", frontegg.Group{Name: "=1+1", Description: `=HYPERLINK("http://example.com")`})
	code, stdout, stderr := runWith(t, env, "-format", "csv")
	require.Equal(t, exitOK, code, stderr)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, []string{"'=1+1", `'=HYPERLINK("http://example.com")`}, rows[1][1:3])
}

func TestJSONL_EscapesControlCharacters(t *testing.T) {
	server, env := tenant(t, 0)
	const name = "a\u007f\u0080\u009b31m\u009f\u00a0\x1bé日"
	server.AddGroup("acme", frontegg.Group{Name: name})
	code, stdout, stderr := runWith(t, env)
	require.Equal(t, exitOK, code, stderr)
	assert.Equal(t, name, lines(t, stdout)[0]["name"], "it is exact")
	assert.Contains(t, stdout, `"a\u007f\u0080\u009b31m\u009f`+"\u00a0"+`\u001bé日"`)
}

func TestRun_ReportsIncompleteOutput(t *testing.T) {
	for _, format := range []string{"jsonl", "csv"} {
		t.Run(format, func(t *testing.T) {
			server, env := tenant(t, 1000)
			server.Inject(fronteggtest.Fault{Op: "groups.listPage", After: 2, Status: http.StatusForbidden, Times: -1})
			code, stdout, stderr := runWith(t, env, "-format", format, "-concurrency", "1")
			assert.Equal(t, exitError, code)
			assert.Contains(t, stderr, "THE OUTPUT IS INCOMPLETE: stopped after 400 groups: ")
			assert.Contains(t, stdout, "g-000399", "what was read is written")
			assert.True(t, strings.HasSuffix(stdout, "\n"), "the last line is whole")
		})
	}
}

func TestRun_ErrorBeforeTheFirstGroup(t *testing.T) {
	_, env := tenant(t, 3)
	env["FRONTEGG_API_KEY"] = "not-the-key"
	code, stdout, stderr := runWith(t, env)
	assert.Equal(t, exitError, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "401")
	assert.NotContains(t, stderr, "INCOMPLETE")
}

func TestRun_Interrupt(t *testing.T) {
	server, env := tenant(t, 1000)
	setEnvironment(t, env)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	server.Inject(fronteggtest.Fault{
		Op: "groups.listPage", After: 1, Respond: func(http.ResponseWriter, *http.Request) { interrupt() },
	})
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"-concurrency", "1"}, &stdout, &stderr)
	assert.Equal(t, exitInterrupted, code)
	assert.Contains(t, stderr.String(), "stopped after 200 groups")
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRun_OutputCannotBeWritten(t *testing.T) {
	for _, format := range []string{"jsonl", "csv"} {
		for _, n := range []int{1, 1000} { // within the buffer, and beyond it
			t.Run(fmt.Sprint(format, n), func(t *testing.T) {
				_, env := tenant(t, n)
				setEnvironment(t, env)
				var stderr bytes.Buffer
				code := run(t.Context(), []string{"-format", format}, full{}, &stderr)
				assert.Equal(t, exitError, code)
				assert.Contains(t, stderr.String(), errFull.Error())
				assert.Contains(t, stderr.String(), "INCOMPLETE")
			})
		}
	}
}

func TestRun_Usage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"help", []string{"-h"}, exitOK, "-relations"},
		{"an unknown flag", []string{"-x"}, exitUsage, "not defined: -x"},
		{"an argument", []string{"acme"}, exitUsage, "takes no arguments"},
		{"an unknown format", []string{"-format", "xml"}, exitUsage, "-format must be"},
		{"unknown relations", []string{"-relations", "all"}, exitUsage, "-relations must be"},
		{"no page at a time", []string{"-concurrency", "0"}, exitUsage, "-concurrency must be"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := runWith(t, nil, tt.args...)
			assert.Equal(t, tt.code, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, tt.want)
		})
	}
}
