package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// environment starts a server with two tenants, and sets the variables that lead to it
// and to the tenant acme.
func environment(t *testing.T) *fronteggtest.Server {
	t.Helper()
	s := testenv.Start(t)
	viewer := s.AddRole("", frontegg.Role{ID: "r-viewer", Key: "viewer", Name: "Viewer"})
	editor := s.AddRole("acme", frontegg.Role{ID: "r-editor", Key: "editor", Name: "Editor"})
	s.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme"})
	s.AddTenant(frontegg.Tenant{ID: "globex", Name: "Globex"})
	ada := s.AddUser("acme", frontegg.User{
		ID: "u-ada", Email: "ada@example.com", Name: "Ada", Locked: true, LastLogin: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	})
	bob := s.AddUser("acme", frontegg.User{ID: "u-bob", Email: "bob@example.com", Name: "Bob"})
	s.AddUser("acme", frontegg.User{ID: "u-none", Email: "none@example.com"})
	s.AssignRoles("acme", "u-ada", "r-viewer", "r-editor")
	s.AddGroup("acme", frontegg.Group{ID: "g-team", Name: "Team", Roles: []frontegg.Role{viewer, editor}, Users: []frontegg.User{ada, bob}})
	s.AddGroup("acme", frontegg.Group{ID: "g-all", Name: "All", Users: []frontegg.User{ada, bob}})
	eve := s.AddUser("globex", frontegg.User{ID: "u-eve", Email: "eve@example.com", Name: "Eve"})
	s.AddGroup("globex", frontegg.Group{ID: "g-readers", Name: "Readers", Roles: []frontegg.Role{viewer}, Users: []frontegg.User{eve}})
	return s
}

func runWith(t *testing.T, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	exit = run(t.Context(), args, &out, &err)
	return exit, out.String(), err.String()
}

// short returns the grants of JSON Lines as "tenant user role through group".
func short(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(text) {
		var g grant
		require.NoError(t, json.Unmarshal([]byte(line), &g), line)
		out = append(out, strings.TrimSpace(strings.Join([]string{g.TenantID, g.Email, g.RoleKey, g.Through, g.Group}, " ")))
	}
	return out
}

var acme = []string{
	"acme ada@example.com editor direct",
	"acme ada@example.com editor group Team",
	"acme ada@example.com viewer direct",
	"acme ada@example.com viewer group Team",
	"acme bob@example.com editor group Team",
	"acme bob@example.com viewer group Team",
}

func TestRun_OneTenant(t *testing.T) {
	s := environment(t)
	exit, stdout, stderr := runWith(t, "-format", "jsonl")
	require.Equal(t, exitOK, exit, stderr)
	assert.ElementsMatch(t, acme, short(t, stdout))
	assert.Equal(t, "accessreview: "+s.URL()+", tenant acme\naccessreview: 6 grants to 2 people in 1 tenants\n", stderr)
	assert.Contains(t, stdout, `"locked":true,"lastLogin":"2026-03-04T05:06:07Z"`)
	for _, r := range s.Requests() {
		assert.True(t, r.Method == http.MethodGet || r.Op == "auth.vendor", r.Op)
	}
}

func TestRun_AllTenants(t *testing.T) {
	environment(t)
	exit, stdout, stderr := runWith(t, "-format", "jsonl", "-all-tenants")
	require.Equal(t, exitOK, exit, stderr)
	assert.ElementsMatch(t, append([]string{"globex eve@example.com viewer group Readers"}, acme...), short(t, stdout))
	assert.Contains(t, stderr, "7 grants to 3 people in 2 tenants\n")
	exit, stdout, _ = runWith(t, "-format", "jsonl", "-tenant", "globex")
	assert.Equal(t, exitOK, exit)
	assert.Equal(t, []string{"globex eve@example.com viewer group Readers"}, short(t, stdout))
}

// Many users are read in several pages and their roles in several requests.
func TestRun_ManyUsers(t *testing.T) {
	s := environment(t)
	for i := range 450 {
		u := s.AddUser("globex", frontegg.User{})
		if i%2 == 0 {
			s.AssignRoles("globex", u.ID, "r-viewer")
		}
	}
	exit, stdout, stderr := runWith(t, "-format", "jsonl", "-tenant", "globex")
	require.Equal(t, exitOK, exit, stderr)
	assert.Len(t, short(t, stdout), 226)
}

func TestRun_CSV(t *testing.T) {
	s := environment(t)
	evil := s.AddUser("acme", frontegg.User{ID: "u-evil", Email: "+evil@example.com", Name: `=HYPERLINK("http://example.com")`})
	s.AddGroup("acme", frontegg.Group{Name: "@SUM(1)", Roles: []frontegg.Role{{ID: "r-viewer"}}, Users: []frontegg.User{evil}})
	exit, stdout, stderr := runWith(t)
	require.Equal(t, exitOK, exit, stderr)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 8)
	assert.Equal(t, columns, rows[0])
	assert.Contains(t, stdout, "acme,acme,u-ada,ada@example.com,Ada,true,2026-03-04,r-viewer,viewer,Viewer,direct,,,\n")
	for _, row := range rows {
		for _, cell := range row {
			assert.False(t, strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "+"), cell)
		}
	}
}

func TestRun_HTML(t *testing.T) {
	s := environment(t)
	const markup = `</script><img src=x onerror=alert(1)>"'` + "\u202e"
	evil := s.AddUser("acme", frontegg.User{Email: "evil@example.com", Name: markup})
	s.AddGroup("acme", frontegg.Group{Name: markup, Roles: []frontegg.Role{{ID: "r-viewer"}}, Users: []frontegg.User{evil}})
	exit, stdout, stderr := runWith(t, "-format", "html")
	require.Equal(t, exitOK, exit, stderr)
	assert.NotContains(t, stdout, "<img")
	assert.NotContains(t, stdout, "\u202e")
	assert.Contains(t, stdout, "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;")
	assert.Equal(t, 1, strings.Count(stdout, "</script>"))
	assert.Equal(t, 7, strings.Count(stdout, `<td class="person">`))
	assert.NotContains(t, stdout, "This review is incomplete")
	assert.Contains(t, stdout, s.URL()+", tenant acme")
	for _, word := range []string{"http:", "https:", "url(", "@import", "src=\"", "href="} {
		assert.NotContains(t, strings.ReplaceAll(stdout, s.URL(), ""), word, "no external request")
	}
}

func TestRun_NoRoles(t *testing.T) {
	s := environment(t)
	s.AddTenant(frontegg.Tenant{ID: "empty"})
	exit, stdout, stderr := runWith(t, "-format", "html", "-tenant", "empty")
	require.Equal(t, exitOK, exit, stderr)
	assert.Contains(t, stdout, "Nobody has a role.")
}

func TestRun_Incomplete(t *testing.T) {
	for _, format := range []string{"csv", "jsonl", "html"} {
		t.Run(format, func(t *testing.T) {
			s := environment(t)
			s.Inject(fronteggtest.Fault{Op: "groups.listPage", Tenant: "globex", Status: http.StatusForbidden, Times: -1})
			exit, stdout, stderr := runWith(t, "-format", format, "-all-tenants")
			assert.Equal(t, exitError, exit)
			assert.Contains(t, stderr, "THE REVIEW IS INCOMPLETE: stopped after 6 grants: tenant globex: ")
			assert.Contains(t, stdout, "bob@example.com", "what was read is written")
			assert.Equal(t, format == "html", strings.Contains(stdout, "This review is incomplete. Do not sign it."))
		})
	}
}

func TestRun_ErrorBeforeTheFirstGrant(t *testing.T) {
	environment(t)
	t.Setenv("FRONTEGG_API_KEY", "not-the-key")
	exit, _, stderr := runWith(t)
	assert.Equal(t, exitError, exit)
	assert.Contains(t, stderr, "401")
	assert.NotContains(t, stderr, "INCOMPLETE")
}

func TestRun_NoTenant(t *testing.T) {
	environment(t)
	t.Setenv("FRONTEGG_TENANT_ID", "")
	exit, _, stderr := runWith(t)
	assert.Equal(t, exitError, exit)
	assert.Contains(t, stderr, "tenant")
}

func TestRun_Interrupt(t *testing.T) {
	s := environment(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s.Inject(fronteggtest.Fault{Op: "users.listPage", Respond: func(http.ResponseWriter, *http.Request) { interrupt() }})
	assert.Equal(t, exitInterrupted, run(ctx, nil, &bytes.Buffer{}, &bytes.Buffer{}))
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRun_OutputCannotBeWritten(t *testing.T) {
	environment(t)
	for _, format := range []string{"csv", "jsonl", "html"} {
		var stderr bytes.Buffer
		assert.Equal(t, exitError, run(t.Context(), []string{"-format", format}, full{}, &stderr))
		assert.Contains(t, stderr.String(), errFull.Error())
	}
}

func TestRun_WithoutEnvironment(t *testing.T) {
	exit, stdout, stderr := runWith(t)
	require.Equal(t, exitOK, exit, stderr)
	assert.Contains(t, stderr, "made-up data of a fake server")
	assert.Contains(t, stderr, "in 2 tenants")
	assert.Contains(t, stdout, "ada.bianchi@example.com")
}

func TestRun_Usage(t *testing.T) {
	for _, args := range [][]string{{"-x"}, {"acme"}, {"-format", "xml"}, {"-tenant", "a", "-all-tenants"}, {"-concurrency", "0"}} {
		exit, _, stderr := runWith(t, args...)
		assert.Equal(t, exitUsage, exit, "%q", args)
		assert.NotEmpty(t, stderr)
	}
	exit, _, _ := runWith(t, "-h")
	assert.Equal(t, exitOK, exit)
}
