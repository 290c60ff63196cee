package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// result is what a run leaves behind.
type result struct {
	exit           int
	stdout, stderr string
}

// summary is the last line of the output.
func (r result) summary() string {
	lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
	return lines[len(lines)-1]
}

func runWith(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	exit := run(t.Context(), args, &stdout, &stderr)
	return result{exit, stdout.String(), stderr.String()}
}

// write makes a file in a directory of the test.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// tenant starts a server with the people a to e@example.com and some roles, and sets
// the variables that lead to it.
func tenant(t *testing.T) *fronteggtest.Server {
	t.Helper()
	s := testenv.Start(t)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		s.AddUser("acme", frontegg.User{ID: "u" + name, Email: name + "@example.com"})
	}
	for _, key := range []string{"viewer", "editor"} {
		s.AddRole("", frontegg.Role{ID: "role-" + key, Key: key})
	}
	return s
}

const (
	header = "key,name,member\n"
	small  = header + "k,Eng,a@example.com\nk,Eng,b@example.com\nl,Ops,a@example.com\n"
	full   = header + "k,Eng,a@example.com\nk,Eng,b@example.com\nk,Eng,c@example.com\nk,Eng,d@example.com\nk,Eng,e@example.com\n"
)

// syncArgs are those of a run on a tenant, with a lock of the test's own.
func syncArgs(t *testing.T, teams string, more ...string) []string {
	t.Helper()
	return append([]string{"-file", write(t, "teams.csv", teams), "-lock", filepath.Join(t.TempDir(), "lock")}, more...)
}

func TestDemo_Output(t *testing.T) {
	t.Parallel()
	r := runWith(t)
	assert.Equal(t, exitOK, r.exit, r.stderr)
	for _, part := range []string{
		"result=done exit=0 steps=83/83 created=33", "Nothing to do.", "result=nothing-to-do exit=0 steps=0/0",
		"created=1 adopted=0 renamed=3 edited=1 deleted=1 users_added=9 users_removed=5 roles_added=3 roles_removed=1 failed=0 skipped=0",
		"Office Facilities",
	} {
		assert.Contains(t, r.stdout, part)
	}
	assert.Equal(t, 3, strings.Count(r.stdout, " demo=true\n"), "each of the three runs")
}

func TestDemo_KeepsItsGroups(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "demo.json")
	args := []string{"-state", state, "-grant-roles", "-delete"}
	steps := []struct {
		name   string
		args   []string
		exit   int
		result string
	}{
		{"a dry run", nil, exitOK, "result=dry-run exit=0 steps=0/83"},
		{"it wrote nothing", []string{"-dry-run", "-detailed-exitcode"}, exitPending, "result=pending exit=2 steps=0/83"},
		{"part of it", []string{"-apply", "-max-writes", "40"}, exitIncomplete, "result=incomplete exit=4 steps=40/83"},
		{"the rest", []string{"-apply"}, exitOK, "result=done exit=0 steps=43/43"},
		{"again", []string{"-apply"}, exitOK, "result=nothing-to-do exit=0"},
		{"an edited file", []string{"-apply", "-file", "sample/teams-edited.csv"}, exitOK, "result=done exit=0"},
		{"it again", []string{"-detailed-exitcode", "-file", "sample/teams-edited.csv"}, exitOK, "result=nothing-to-do"},
	}
	for _, s := range steps {
		r := runWith(t, append(args, s.args...)...)
		assert.Equal(t, s.exit, r.exit, "%s: %s", s.name, r.stderr)
		assert.Contains(t, r.summary(), s.result, s.name)
	}
	b, err := os.ReadFile(state)
	require.NoError(t, err)
	var groups []frontegg.Group
	require.NoError(t, json.Unmarshal(b, &groups))
	assert.Len(t, groups, 33)
}

func TestDemo_OtherState(t *testing.T) {
	t.Parallel()
	state := write(t, "state", "text")
	r := runWith(t, "-state", state, "-apply")
	assert.Equal(t, exitFailed, r.exit)
	assert.Contains(t, r.stderr, "is not the state of a demo")
	b, err := os.ReadFile(state)
	require.NoError(t, err)
	assert.Equal(t, "text", string(b), "it is not overwritten")
}

func TestDemo_ApplyWithoutEnvironment(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-file", write(t, "teams.csv", small), "-apply"}, {"-apply-plan", "plan.json"}} {
		r := runWith(t, args...)
		assert.Equal(t, exitBadInput, r.exit)
		assert.Contains(t, r.stderr, "no FRONTEGG_ variables are set")
		assert.Contains(t, r.stderr, "-state")
		assert.Empty(t, r.stdout)
	}
}

func TestRun(t *testing.T) {
	s := tenant(t)
	r := runWith(t, syncArgs(t, small)...)
	assert.Equal(t, exitOK, r.exit, r.stderr)
	assert.True(t, strings.HasPrefix(r.stdout, s.URL()+", tenant acme\n"), r.stdout)
	assert.Contains(t, r.stdout, "a@example.com and 1 more")
	assert.NotContains(t, r.stdout, "ua,")
	assert.Empty(t, s.Groups("acme"), "a dry run is the default")
	for _, request := range s.Requests() {
		assert.True(t, request.Method == http.MethodGet || request.Op == "auth.vendor", "a dry run sends %s", request.Op)
	}

	r = runWith(t, syncArgs(t, small, "-apply", "-v")...)
	assert.Equal(t, exitOK, r.exit, r.stderr)
	assert.Contains(t, r.summary(), "result=done exit=0 steps=4/4 created=2")
	assert.Len(t, s.Groups("acme"), 2)
	assert.Contains(t, r.stderr, "level=DEBUG msg=step done=1 total=4")
	assert.Contains(t, r.stderr, "names=a@example.com,b@example.com")
	_, key := s.Credentials()
	assert.NotContains(t, r.stderr+r.stdout, key)

	r = runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitOK, r.exit)
	assert.Contains(t, r.summary(), "result=nothing-to-do")
}

func TestRun_Guard(t *testing.T) {
	s := tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, full, "-apply")...).exit)
	r := runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply")...)
	assert.Equal(t, exitGuard, r.exit)
	for _, email := range []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com"} {
		assert.Contains(t, r.stdout, email, "a person can see what was refused")
	}
	assert.Contains(t, r.summary(), "result=refused exit=5")
	assert.Contains(t, r.stderr, "-max-change")
	assert.NotContains(t, r.stderr+r.stdout, "Options.")
	assert.Len(t, s.Groups("acme")[0].Users, 5)

	assert.Equal(t, exitGuard, runWith(t, syncArgs(t, header, "-apply")...).exit, "a file without rows")
	r = runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply", "-max-change", "1")...)
	assert.Equal(t, exitOK, r.exit, r.stderr)
}

func TestRun_NothingIsWritten(t *testing.T) {
	tests := []struct {
		name, teams string
		args        []string
		fault       *fronteggtest.Fault
		exit        int
		message     string
	}{
		{"the groups cannot be read", small, nil, &fronteggtest.Fault{Op: "groups.listPage", Status: 403, Times: -1}, exitFailed, "reading the groups"},
		{"the users cannot be read", small, nil, &fronteggtest.Fault{Op: "users.*", Status: 403, Times: -1}, exitFailed, "looking up people and roles"},
		{"a row is broken", "key,name,member\nk,Eng,u1\nk,Eng\n", nil, nil, exitBadInput, "row 3"},
		{"a name is outside the prefix", small, []string{"-prefix", "E"}, nil, exitBadInput, "teams.csv: row 4, column name: of key"},
		{"the file is missing", "", []string{"-file", "missing.csv"}, nil, exitBadInput, "missing.csv"},
		{"the people are missing", small, []string{"-people", "missing.csv"}, nil, exitBadInput, "missing.csv"},
		{"the lock cannot be made", small, []string{"-lock", "no/such/directory/lock"}, nil, exitFailed, "lock no/such/directory/lock"},
		{"the journal cannot be made", small, []string{"-journal", "no/such/directory/journal"}, nil, exitFailed, "the journal cannot be written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tenant(t)
			if tt.fault != nil {
				s.Inject(*tt.fault)
			}
			r := runWith(t, append(syncArgs(t, tt.teams, "-apply"), tt.args...)...)
			assert.Equal(t, tt.exit, r.exit, r.stderr)
			assert.Contains(t, r.stderr, tt.message)
			assert.Empty(t, s.Groups("acme"))
		})
	}
}

func TestRun_RateLimited(t *testing.T) {
	s := tenant(t)
	s.Inject(fronteggtest.Fault{Op: "groups.addUsers", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}, Times: -1})
	r := runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitIncomplete, r.exit, r.stderr)
	assert.Contains(t, r.stderr, "retry_at=")
}

func TestRun_IncompleteCredentials(t *testing.T) {
	t.Setenv("FRONTEGG_CLIENT_ID", "id")
	r := runWith(t, "-file", "teams.csv")
	assert.Equal(t, exitFailed, r.exit)
	assert.Contains(t, r.stderr, "FRONTEGG_API_KEY is required")
}

func TestFlags_Invalid(t *testing.T) {
	s := tenant(t)
	file := []string{"-file", "x.csv"}
	for _, args := range [][]string{
		{},
		{"-nonsense"},
		{"-file", "x.csv", "more"},
		append(file, "-apply", "-dry-run"),
		append(file, "-dry-run=false"),
		append(file, "-state", "s"),
		append(file, "-max-writes", "-1"),
		append(file, "-owner", " "),
		append(file, "-max-change", "-0.1"),
		append(file, "-max-change", "1.1"),
		append(file, "-max-change", "NaN"),
		append(file, "-max-unknown", "2"),
		append(file, "-max-total", "-1"),
		append(file, "-change-floor", "0"),
		append(file, "-unknown", "ignore"),
		append(file, "-delete", "-empty"),
		append(file, "-page-size", "0"),
		append(file, "-page-size", "201"),
		append(file, "-concurrency", "0"),
		append(file, "-apply", "-plan-out", "p"),
		append(file, "-apply-plan", "p"),
		{"-apply-plan", "p", "-delete"},
		{"-apply-plan", "p", "-apply"},
	} {
		r := runWith(t, args...)
		assert.Equal(t, exitBadInput, r.exit, "%q", args)
		assert.NotEmpty(t, r.stderr)
	}
	assert.Equal(t, exitOK, runWith(t, "-h").exit)
	assert.Empty(t, s.Requests())
}

// Zero is a share, too, and no limit at all for a total.
func TestFlags_Zero(t *testing.T) {
	s := tenant(t)
	ten := full
	for _, name := range []string{"v", "w", "x", "y", "z"} {
		s.AddUser("acme", frontegg.User{Email: name + "@example.com"})
		ten += "k,Eng," + name + "@example.com\n"
	}
	require.Equal(t, exitOK, runWith(t, syncArgs(t, ten, "-apply")...).exit)
	eight := strings.TrimSuffix(ten, "k,Eng,y@example.com\nk,Eng,z@example.com\n")
	assert.Equal(t, exitGuard, runWith(t, syncArgs(t, eight, "-change-floor", "1", "-max-change", "0")...).exit)
	assert.Equal(t, exitOK, runWith(t, syncArgs(t, eight, "-change-floor", "1")...).exit, "two of ten is the default share")

	var stderr bytes.Buffer
	cfg, err := parse([]string{"-file", "x.csv", "-max-total", "0"}, &stderr)
	require.NoError(t, err)
	assert.Negative(t, cfg.sync.MaxTotal)
}

func TestReadme(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(b)
	var cfg config
	cfg.flags().VisitAll(func(f *flag.Flag) { assert.Contains(t, readme, "`-"+f.Name+"`") })
	for code, result := range map[int]string{
		exitOK: "nothing-to-do", exitFailed: "failed", exitPending: "pending", exitBadInput: "bad-input",
		exitIncomplete: "incomplete", exitGuard: "refused", exitLocked: "locked", exitSkipped: "skipped",
	} {
		assert.Regexp(t, fmt.Sprintf("(?m)^\\| %d \\|.*`%s`", code, result), readme)
	}
}

// systemd refuses units that combine settings in a way that it does not know.
func TestReadme_Systemd(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	units := regexp.MustCompile("(?s)```ini\n# /etc/systemd/system/(\\S+)\n(.*?)```").FindAllStringSubmatch(string(b), -1)
	require.Len(t, units, 2)
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Logf("the units are not checked: %v", err)
		return
	}
	dir := t.TempDir()
	for _, u := range units {
		text := strings.ReplaceAll(u[2], "/usr/local/bin/directorysync", os.Args[0])
		require.NoError(t, os.WriteFile(filepath.Join(dir, u[1]), []byte(text), 0o600))
	}
	for _, u := range units {
		out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", filepath.Join(dir, u[1])).CombinedOutput()
		require.NoError(t, err, "%s: %s", u[1], out)
	}
}
