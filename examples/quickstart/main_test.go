package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick runs the program with the given environment and nothing else.
func quick(ctx context.Context, t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	setEnvironment(t, env)
	var out, err bytes.Buffer
	code = run(ctx, args, &out, &err)
	return code, out.String(), err.String()
}

func setEnvironment(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{"CLIENT_ID", "API_KEY", "TENANT_ID", "REGION", "BASE_URL"} {
		t.Setenv("FRONTEGG_"+name, env["FRONTEGG_"+name])
	}
}

// account starts a server that stands for Frontegg, and returns the environment
// that leads there.
func account(t *testing.T) (*fronteggtest.Server, map[string]string) {
	t.Helper()
	in, err := readInput("")
	require.NoError(t, err)
	server := fronteggtest.Start(t)
	seed(server, in)
	id, key := server.Credentials()
	return server, map[string]string{
		"FRONTEGG_CLIENT_ID": id, "FRONTEGG_API_KEY": key,
		"FRONTEGG_TENANT_ID": tenant, "FRONTEGG_BASE_URL": server.URL(),
	}
}

func names(server *fronteggtest.Server) []string {
	var out []string
	for _, g := range server.Groups(tenant) {
		out = append(out, g.Name)
	}
	return out
}

var before = []string{"Break glass", "Everyone"}

func TestWithoutAnEnvironmentItRunsInMemory(t *testing.T) {
	code, stdout, stderr := quick(t.Context(), t, nil)
	require.Equal(t, exitOK, code, stderr)
	for _, want := range []string{
		"server    in memory, at http://127.0.0.1:",
		"input     312 people in 36 teams\n",
		"create    36 groups with 48 roles and 348 members, in ",
		"walk      36 groups on 4 pages; the largest:\n",
		"            Leadership              19 members   viewer, billing, auditor\n",
		`description "Changed by the quick start", no color`,
		"bulk get  asked for 4 ids, got 3 groups: ",
		"409       the name ", "404       there is no group ",
		"clean up  36 groups deleted, 0 left\n",
		"done      157 calls in ",
	} {
		assert.Contains(t, stdout, want)
	}
	assert.Equal(t, 8, strings.Count(stderr, "\n"), "a line for each quarter of the two long steps:\n%s", stderr)
}

func TestWithAnEnvironmentItOnlyReads(t *testing.T) {
	server, env := account(t)
	code, stdout, stderr := quick(t.Context(), t, env)
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "Only reading.")
	assert.Contains(t, stdout, "walk      2 groups on 1 page;")
	for _, r := range server.Requests() {
		switch r.Op {
		case "auth.vendor", "groups.bulkGet", "groups.get", "groups.listPage", "groups.config":
		default:
			t.Errorf("sent %s", r.Op)
		}
	}
}

func TestWithWriteItLeavesTheAccountAsItWas(t *testing.T) {
	server, env := account(t)
	code, stdout, stderr := quick(t.Context(), t, env, "-write")
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "clean up  36 groups deleted, 0 left")
	assert.Equal(t, before, names(server))
	for _, r := range server.Requests() {
		if r.Op == "groups.create" {
			assert.Contains(t, string(r.Body), `"name":"quickstart-`)
		}
	}
}

func TestItCleansUpWhateverHappens(t *testing.T) {
	tests := []struct {
		name   string
		fault  fronteggtest.Fault
		code   int
		stderr string
	}{
		{
			"a grant is refused",
			fronteggtest.Fault{Op: "groups.addUsers", After: 5, Status: http.StatusForbidden},
			exitError, "quickstart: team ",
		},
		{
			"the answer to a create is lost",
			fronteggtest.Fault{Op: "groups.create", After: 3, Drop: fronteggtest.DropAfterApply},
			exitOK, "36 of 36",
		},
		{
			"a change is refused",
			fronteggtest.Fault{Op: "groups.update", Status: http.StatusBadRequest},
			exitError, "groups.update",
		},
		{
			"the walk fails",
			fronteggtest.Fault{Op: "groups.listPage", After: 1, Status: http.StatusForbidden},
			exitError, "after 0 groups: ",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, env := account(t)
			server.Inject(tt.fault)
			code, _, stderr := quick(t.Context(), t, env, "-write")
			assert.Equal(t, tt.code, code, stderr)
			assert.Contains(t, stderr, tt.stderr)
			assert.Equal(t, before, names(server))
		})
	}
}

func TestAfterCtrlCItCleansUp(t *testing.T) {
	server, env := account(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	server.Inject(fronteggtest.Fault{
		Op: "groups.addUsers", After: 3,
		Respond: func(http.ResponseWriter, *http.Request) { interrupt() },
	})
	code, stdout, stderr := quick(ctx, t, env, "-write")
	assert.Equal(t, exitInterrupted, code, stderr)
	assert.Contains(t, stderr, "quickstart: interrupted: ")
	assert.Contains(t, stdout, " deleted, 0 left")
	assert.Positive(t, server.Applied("groups.delete"))
	assert.Equal(t, before, names(server))
}

func TestItTellsWhatItCouldNotDelete(t *testing.T) {
	server, env := account(t)
	server.Inject(fronteggtest.Fault{Op: "groups.delete", After: 2, Status: http.StatusForbidden})
	code, stdout, stderr := quick(t.Context(), t, env, "-write")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stdout, "clean up  35 groups deleted, 1 left")
	left := names(server)
	require.Len(t, left, 3)
	assert.Contains(t, stderr, `delete the group "`+left[2]+`"`)
}

func TestMistakesOfTheUserAreExplained(t *testing.T) {
	_, env := account(t)
	without := func(name string) map[string]string {
		out := map[string]string{}
		for k, v := range env {
			if k != name {
				out[k] = v
			}
		}
		return out
	}
	wrong := without("FRONTEGG_API_KEY")
	wrong["FRONTEGG_API_KEY"] = "not-the-key"
	tests := []struct {
		name   string
		env    map[string]string
		args   []string
		code   int
		stderr string
	}{
		{"an unknown flag", nil, []string{"-wrte"}, exitUsage, "-write"},
		{"an argument", nil, []string{"write"}, exitUsage, "-write"},
		{"help", nil, []string{"-help"}, exitOK, "-write"},
		{"no API key", without("FRONTEGG_API_KEY"), nil, exitError, "FRONTEGG_API_KEY is not set"},
		{"a wrong API key", wrong, nil, exitError, "Check FRONTEGG_CLIENT_ID"},
		{"no tenant", without("FRONTEGG_TENANT_ID"), nil, exitError, "Set FRONTEGG_TENANT_ID"},
		{"no data", nil, []string{"-data", t.TempDir()}, exitError, "teams.csv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := quick(t.Context(), t, tt.env, tt.args...)
			assert.Equal(t, tt.code, code, stderr)
			assert.Contains(t, stderr, tt.stderr)
			assert.NotContains(t, stderr, env["FRONTEGG_API_KEY"])
		})
	}
}

func TestAMistakeInTheInputIsTold(t *testing.T) {
	t.Parallel()
	const goodTeams, goodPeople = "team,description,color,roles\nWeb,,,\n", "name,email,teams\nAda,ada@example.com,Web\n"
	tests := []struct{ name, teams, people, want string }{
		{"another header", "name,color\nWeb,\n", goodPeople, "teams.csv: want the header team,description,color,roles"},
		{"no row", goodTeams, "name,email,teams\n", "people.csv: want the header name,email,teams and at least one row"},
		{"a team twice", goodTeams + "Web,,,\n", goodPeople, `teams.csv: row 3: team "Web"`},
		{"an unknown team", goodTeams, goodPeople + "Bob,bob@example.com,Wbe\n", `people.csv: row 3: "bob@example.com" is in the team "Wbe"`},
		{"a row that is too short", goodTeams, "name,email,teams\nAda\n", "people.csv: record on line 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "teams.csv"), []byte(tt.teams), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "people.csv"), []byte(tt.people), 0o600))
			_, err := readInput(dir)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestNamesAreMadeSafeForATerminal(t *testing.T) {
	server, env := account(t)
	server.AddGroup(tenant, frontegg.Group{Name: "\x1b]0;owned\a\x1b[2J\u009b31m\nnext", Users: []frontegg.User{{Email: "a@example.com"}}})
	for _, args := range [][]string{nil, {"-write"}} {
		code, stdout, stderr := quick(t.Context(), t, env, args...)
		require.Equal(t, exitOK, code, stderr)
		for _, raw := range []string{"\x1b", "\a", "\u009b", "\nnext"} {
			assert.NotContains(t, stdout+stderr, raw)
		}
	}
	_, stdout, _ := quick(t.Context(), t, env)
	assert.Contains(t, stdout, `\x1b]0;owned\a\x1b[2J\u009b31m\nnext`)
}

// closed is a pipe whose reader has gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestWithoutAReaderItCleansUpAndSaysSo(t *testing.T) {
	server, env := account(t)
	setEnvironment(t, env)
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"-write"}, closed{}, &stderr)
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr.String(), "quickstart: the output is incomplete: "+syscall.EPIPE.Error())
	assert.Equal(t, 36, server.Applied("groups.delete"))
	assert.Equal(t, before, names(server))
}

// It runs the test binary as the program: a signal is for a whole process.
func TestTheEndOfAPipeDoesNotEndIt(t *testing.T) {
	if os.Getenv("QUICKSTART_TEST_MAIN") != "" {
		os.Args = []string{"quickstart", "-write"}
		main()
	}
	server, env := account(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheEndOfAPipeDoesNotEndIt$")
	setEnvironment(t, env)
	program.Env = append(os.Environ(), "QUICKSTART_TEST_MAIN=1")
	var stderr bytes.Buffer
	program.Stdout, program.Stderr = w, &stderr
	require.NoError(t, r.Close())
	require.NoError(t, program.Start())
	require.NoError(t, w.Close())
	var exit *exec.ExitError
	require.ErrorAs(t, program.Wait(), &exit)
	assert.Equal(t, exitError, exit.ExitCode(), stderr.String())
	assert.Contains(t, stderr.String(), "the output is incomplete")
	assert.Equal(t, before, names(server))
}

func TestProgressOnATerminalIsOneLineThatGoes(t *testing.T) {
	t.Parallel()
	var out, err bytes.Buffer
	p := newPrinter(&out, &err)
	p.terminal = true
	p.progress("create", 1, 2)
	p.progress("create", 2, 2)
	p.line("create", "%d groups", 2)
	assert.Equal(t, "create    2 groups\n", out.String())
	assert.NotContains(t, err.String(), "\n")
	assert.True(t, strings.HasSuffix(err.String(), "2/2\r\x1b[K"), err.String())
}
