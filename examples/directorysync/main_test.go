package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "FRONTEGG_") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

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

func TestWithoutArgumentsThreeRunsAreShown(t *testing.T) {
	t.Parallel()
	r := runWith(t)
	assert.Equal(t, exitNothing, r.exit, r.stderr)
	for _, part := range []string{
		"result=done exit=3 steps=83/83 created=33", "Nothing to do.", "result=nothing-to-do exit=0 steps=0/0",
		"result=done exit=3 steps=16/16 created=1 renamed=3 edited=1 deleted=1 users_added=9 users_removed=5 roles_added=3 roles_removed=1 skipped=0",
		"delete        Office Facilities",
	} {
		assert.Contains(t, r.stdout, part)
	}
}

func TestTheDemoRemembersItsGroups(t *testing.T) {
	t.Parallel()
	args := []string{"-state", filepath.Join(t.TempDir(), "demo.json"), "-grant-roles", "-delete"}
	steps := []struct {
		name   string
		args   []string
		exit   int
		result string
	}{
		{"a look", nil, exitDone, "result=dry-run exit=3 steps=0/83"},
		{"the look wrote nothing", []string{"-dry-run"}, exitDone, "result=dry-run exit=3 steps=0/83"},
		{"part of it", []string{"-apply", "-max-writes", "40"}, exitPartly, "result=partly-done exit=4 steps=40/83"},
		{"the rest", []string{"-apply"}, exitDone, "result=done exit=3 steps=43/43"},
		{"again", []string{"-apply"}, exitNothing, "result=nothing-to-do exit=0"},
		{"an edited file", []string{"-apply", "-file", "sample/teams-edited.csv"}, exitDone, "steps=16/16"},
		{"the edited file again", []string{"-dry-run=true", "-file", "sample/teams-edited.csv"}, exitNothing, "result=nothing-to-do"},
	}
	for _, s := range steps {
		r := runWith(t, append(args, s.args...)...)
		assert.Equal(t, s.exit, r.exit, "%s: %s", s.name, r.stderr)
		assert.Contains(t, r.summary(), s.result, s.name)
	}
}

func TestTheDemoTakesOtherPeople(t *testing.T) {
	t.Parallel()
	people := write(t, "people.csv", "id,email\nu1,a@example.com\n")
	teams := write(t, "teams.json", `[{"key":"k","name":"Eng","members":["A@example.com"]}]`)
	r := runWith(t, "-state", filepath.Join(t.TempDir(), "s"), "-file", teams, "-people", people, "-apply")
	assert.Equal(t, exitDone, r.exit, r.stderr)
	assert.Contains(t, r.summary(), "created=1 renamed=0 edited=0 deleted=0 users_added=1")
}

func TestTheDemoFailsOnAStateOfAnotherKind(t *testing.T) {
	t.Parallel()
	state := write(t, "state", "text")
	r := runWith(t, "-state", state, "-apply")
	assert.Equal(t, exitFailed, r.exit)
	assert.Contains(t, r.stderr, "is not the state of a demo")
	b, err := os.ReadFile(state)
	require.NoError(t, err)
	assert.Equal(t, "text", string(b), "it is not written over")
}

// account is an account that the environment names.
func account(t *testing.T) *fronteggtest.Server {
	t.Helper()
	s := fronteggtest.Start(t)
	id, key := s.Credentials()
	t.Setenv("FRONTEGG_CLIENT_ID", id)
	t.Setenv("FRONTEGG_API_KEY", key)
	t.Setenv("FRONTEGG_TENANT_ID", "acme")
	t.Setenv("FRONTEGG_BASE_URL", s.URL())
	for _, id := range []string{"u1", "u2", "u3", "u4", "u5"} {
		s.AddUser("acme", frontegg.User{ID: id})
	}
	return s
}

const (
	header = "key,name,member\n"
	small  = header + "k,Eng,u1\nk,Eng,u2\nl,Ops,u1\n"
)

// syncArgs are those of a run on an account, with a lock of the test's own.
func syncArgs(t *testing.T, teams string, more ...string) []string {
	t.Helper()
	return append([]string{"-file", write(t, "teams.csv", teams), "-lock", filepath.Join(t.TempDir(), "lock")}, more...)
}

func TestRunsOnAnAccount(t *testing.T) {
	s := account(t)
	r := runWith(t, syncArgs(t, small)...)
	assert.Equal(t, exitDone, r.exit)
	assert.Contains(t, r.stdout, "create     Eng  key k")
	assert.Empty(t, s.Groups("acme"), "a dry run is the default")

	r = runWith(t, syncArgs(t, small, "-apply", "-v")...)
	assert.Equal(t, exitDone, r.exit, r.stderr)
	assert.Len(t, s.Groups("acme"), 2)
	assert.Contains(t, r.stderr, `level=DEBUG msg=step done=1 total=4 step="create \"Eng\""`)
	_, key := s.Credentials()
	assert.NotContains(t, r.stderr+r.stdout, key)

	r = runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitNothing, r.exit)
}

func TestAGuardRefuses(t *testing.T) {
	s := account(t)
	full := header + "k,Eng,u1\nk,Eng,u2\nk,Eng,u3\nk,Eng,u4\nk,Eng,u5\n"
	require.Equal(t, exitDone, runWith(t, syncArgs(t, full, "-apply")...).exit)
	r := runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply")...)
	assert.Equal(t, exitRefused, r.exit)
	assert.Contains(t, r.stdout, "remove users  Eng     5: user-1@example.com, user-2@example.com,", "a person can see what was refused")
	assert.Contains(t, r.summary(), "result=refused exit=5")
	assert.Contains(t, r.stderr, "Eng")
	assert.Len(t, s.Groups("acme")[0].Users, 5)

	r = runWith(t, syncArgs(t, header, "-apply")...)
	assert.Equal(t, exitRefused, r.exit, "a file without rows")
	r = runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply", "-max-change", "1")...)
	assert.Equal(t, exitDone, r.exit, r.stderr)
}

func TestAFailureInTheMiddle(t *testing.T) {
	s := account(t)
	s.Inject(fronteggtest.Fault{Op: "groups.addUsers", Status: 403, Times: -1})
	r := runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitPartly, r.exit)
	assert.Contains(t, r.summary(), "result=partly-done exit=4 steps=2/4 created=2")
	assert.Contains(t, r.stderr, "level=ERROR msg=partly-done")
	s.ClearFaults()
	r = runWith(t, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitDone, r.exit)
	assert.Contains(t, r.summary(), "steps=2/2 created=0")
}

func TestNothingIsWrittenWhen(t *testing.T) {
	tests := []struct {
		name, teams string
		args        []string
		fault       *fronteggtest.Fault
		exit        int
		message     string
	}{
		{"the groups cannot be read", small, nil, &fronteggtest.Fault{Op: "groups.listPage", Status: 403, Times: -1}, exitFailed, "reading the groups"},
		{"the first write fails", small, nil, &fronteggtest.Fault{Op: "groups.create", Status: 403, Times: -1}, exitFailed, "create"},
		{"a row is broken", "key,name,member\nk,Eng,u1\nk,Eng\n", nil, nil, exitFailed, "row 3"},
		{"a name is outside the prefix", small, []string{"-prefix", "E"}, nil, exitFailed, "outside the prefix"},
		{"the file is missing", "", []string{"-file", "missing.csv"}, nil, exitFailed, "missing.csv"},
		{"the people are missing", small, []string{"-people", "missing.csv"}, nil, exitFailed, "missing.csv"},
		{"the lock cannot be made", small, []string{"-lock", "no/such/directory/lock"}, nil, exitFailed, "lock no/such/directory/lock"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := account(t)
			if tt.fault != nil {
				s.Inject(*tt.fault)
			}
			r := runWith(t, append(syncArgs(t, tt.teams, "-apply"), tt.args...)...)
			assert.Equal(t, tt.exit, r.exit)
			assert.Contains(t, r.stderr, tt.message)
			assert.Contains(t, r.summary(), "result=failed exit=1")
			assert.Empty(t, s.Groups("acme"))
		})
	}
}

func TestCredentialsThatAreIncompleteFail(t *testing.T) {
	t.Setenv("FRONTEGG_CLIENT_ID", "id")
	r := runWith(t, "-file", "teams.csv")
	assert.Equal(t, exitFailed, r.exit)
	assert.Contains(t, r.stderr, "FRONTEGG_API_KEY is not set")
}

func TestBadFlags(t *testing.T) {
	s := account(t)
	for _, args := range [][]string{
		{},
		{"-file", "x.csv", "more"},
		{"-nonsense"},
		{"-file", "x.csv", "-apply", "-dry-run"},
		{"-file", "x.csv", "-dry-run=false"},
		{"-file", "x.csv", "-state", "s"},
		{"-file", "x.csv", "-max-writes", "-1"},
		{"-file", "x.csv", "-owner", " "},
		{"-file", "x.csv", "-max-change", "-0.1"},
		{"-file", "x.csv", "-max-change", "1.1"},
		{"-file", "x.csv", "-max-change", "NaN"},
		{"-file", "x.csv", "-change-floor", "0"},
		{"-file", "x.csv", "-change-floor", "-1"},
	} {
		r := runWith(t, args...)
		assert.Equal(t, exitUsage, r.exit, "%q", args)
		assert.NotEmpty(t, r.stderr)
	}
	assert.Equal(t, exitNothing, runWith(t, "-h").exit)
	assert.Empty(t, s.Requests())
}

func TestTheSampleIsWhatTheReadmeSays(t *testing.T) {
	t.Parallel()
	known, err := samplePeople()
	require.NoError(t, err)
	assert.Len(t, known.list, 300)
	teams, err := sampleTeams("teams.csv", known, options)
	require.NoError(t, err)
	assert.Len(t, teams, 33)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "300 people in 33 teams")
}

func TestColorsAreOnlyForTerminals(t *testing.T) {
	t.Parallel()
	assert.NotContains(t, runWith(t).stdout, "\x1b")
	assert.Equal(t, "6 steps\n\x1b[32mcreate  a\x1b[0m\n\x1b[31mremove users  b\x1b[0m\n", colored("6 steps\ncreate  a\nremove users  b\n"))
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	defer f.Close()
	assert.False(t, isTerminal(f))
}

func TestTheStateIsJSON(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	require.Equal(t, exitDone, runWith(t, "-state", state, "-apply").exit)
	b, err := os.ReadFile(state)
	require.NoError(t, err)
	var groups []frontegg.Group
	require.NoError(t, json.Unmarshal(b, &groups))
	assert.Len(t, groups, 33)
}
