package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) {
	_, _ = os.Unsetenv("FLEETSYNC_DATABASE"), os.Unsetenv("FLEETSYNC_REDIS") // the developer's own
	testenv.Main(m)
}

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu     sync.Mutex
	b      bytes.Buffer
	await  string
	logged func() // called when await is written
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.logged != nil && strings.Contains(string(p), s.await) {
		s.logged()
	}
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// environment is a Frontegg and a directory with the input of its tenants.
type environment struct {
	server     *fronteggtest.Server
	dir, input string
	log        *syncBuffer
}

// newEnvironment returns one with the tenants of the sample.
func newEnvironment(t *testing.T, tenants int) *environment {
	t.Helper()
	e := newEmptyEnvironment(t)
	seed(e.server, tenants)
	require.NoError(t, writeSample(e.input, tenants))
	return e
}

// newEmptyEnvironment points the FRONTEGG_ variables at a server of its own.
func newEmptyEnvironment(t *testing.T, opts ...fronteggtest.ServerOption) *environment {
	t.Helper()
	server := fronteggtest.Start(t, opts...)
	id, key := server.Credentials()
	t.Setenv("FRONTEGG_BASE_URL", server.URL())
	t.Setenv("FRONTEGG_CLIENT_ID", id)
	t.Setenv("FRONTEGG_API_KEY", key)
	dir := t.TempDir()
	return &environment{server: server, dir: filepath.Join(dir, "data"), input: filepath.Join(dir, "input"), log: &syncBuffer{}}
}

// patience is for what happens within a second, unless the machine is busy.
const patience = 5 * time.Minute

// night is that of the tests: they may run across noon.
const night = "2026-11-26"

// run runs a command, and returns its exit code and report.
func (e *environment) run(ctx context.Context, command string, args ...string) (int, string) {
	all := []string{command, "-dir", e.dir, "-night", night}
	if command == "sync" || command == "plan" {
		all = append(all, "-input", e.input, "-grant-roles")
	}
	var stdout bytes.Buffer
	code := run(ctx, append(all, args...), &stdout, e.log)
	return code, stdout.String()
}

// requireWanted fails unless a tenant has exactly the groups of the sample.
func (e *environment) requireWanted(t *testing.T, tenant string) {
	t.Helper()
	wanted, err := readFile(filepath.Join(e.input, fileName(tenant, ".csv")), false)
	require.NoError(t, err)
	type group struct {
		name           string
		members, roles []string
	}
	var want, got []group
	for _, w := range wanted[""] {
		want = append(want, group{w.Name, slices.Sorted(slices.Values(w.Emails)), w.RoleKeys})
	}
	for _, g := range e.server.Groups(tenant) {
		found := group{name: g.Name}
		for _, u := range g.Users {
			found.members = append(found.members, u.Email)
		}
		slices.Sort(found.members)
		for _, r := range g.Roles {
			found.roles = append(found.roles, r.Key)
		}
		got = append(got, found)
	}
	require.ElementsMatch(t, want, got, tenant)
}

func TestSync_EveryTenant(t *testing.T) {
	e := newEnvironment(t, 5)
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code, report+e.log.String())
	for i := range 5 {
		e.requireWanted(t, sampleTenant(i))
	}
	assert.Contains(t, report, "5 of 5 tenants done\n  groups   15 created, 0 adopted, 0 renamed, 0 edited, 0 deleted\n")
	assert.Contains(t, report, strings.TrimPrefix(e.server.URL(), "http://"))

	t.Run("a second run sends nothing about tenants", func(t *testing.T) {
		e.server.ResetRequests()
		code, again := e.run(t.Context(), "sync")
		assert.Equal(t, exitDone, code)
		assert.Equal(t, report, again)
		e.assertOnlyListed(t)
	})
}

// assertOnlyListed fails if more was asked than which tenants there are.
func (e *environment) assertOnlyListed(t *testing.T) {
	t.Helper()
	assert.Equal(t, 1, e.server.Count("tenants.listPage"))
	assert.Equal(t, e.server.Count("auth.vendor")+1, e.server.Count(""))
}
