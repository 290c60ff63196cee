package groupsync_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const tenant = "acme"

// hr are the options of most tests.
var hr = groupsync.Options{Owner: "hr"}

// world is an in-memory tenant, and a client of it that never retries a
// request, so that the caller sees every fault.
type world struct {
	*fronteggtest.Server
	client *frontegg.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := fronteggtest.Start(t)
	for _, id := range letters("u", 10) {
		s.AddUser(tenant, frontegg.User{ID: id})
	}
	for _, id := range letters("r", 4) {
		s.AddRole(tenant, frontegg.Role{ID: id})
	}
	client, err := s.MemoryClient(frontegg.WithTenant(tenant), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return &world{s, client}
}

// letters returns n ids: ua, ub, uc.
func letters(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = prefix + string(rune('a'+i))
	}
	return out
}

// read is what a program does before it computes.
func (w *world) read(t *testing.T) ([]frontegg.Group, error) {
	t.Helper()
	var out []frontegg.Group
	for g, err := range w.client.Groups.All(t.Context(), frontegg.WalkOptions{}, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// compute reads and computes, and expects a plan.
func (w *world) compute(t *testing.T, wanted []groupsync.Group, opts groupsync.Options) *groupsync.Plan {
	t.Helper()
	actual, err := w.read(t)
	require.NoError(t, err)
	p, err := groupsync.Compute(wanted, actual, opts)
	require.NoError(t, err)
	return p
}

// sync does all of it, and expects success.
func (w *world) sync(t *testing.T, wanted []groupsync.Group, opts groupsync.Options) *groupsync.Plan {
	t.Helper()
	p := w.compute(t, wanted, opts)
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
	require.NoError(t, err)
	require.Equal(t, groupsync.Report{Done: len(p.Steps), Total: len(p.Steps), Counts: p.Counts(), Skipped: p.Skipped}, r)
	return p
}

// owned is an actual group of owner hr, with its members and roles read.
func owned(id, key, name string, userIDs ...string) frontegg.Group {
	return frontegg.Group{
		ID: id, Name: name, Metadata: marked("hr", key), ManagedBy: frontegg.ManagedByFrontegg,
		Users: usersOf(userIDs...), Roles: []frontegg.Role{},
	}
}

func marked(owner, key string) string {
	metadata, err := groupsync.Label("", owner, key)
	if err != nil {
		panic(err)
	}
	return metadata
}

func usersOf(ids ...string) []frontegg.User {
	out := []frontegg.User{}
	for _, id := range ids {
		out = append(out, frontegg.User{ID: id})
	}
	return out
}

func rolesOf(ids ...string) []frontegg.Role {
	out := []frontegg.Role{}
	for _, id := range ids {
		out = append(out, frontegg.Role{ID: id})
	}
	return out
}

// texts are the steps as text, in their order.
func texts(p *groupsync.Plan) []string {
	out := []string{}
	for _, s := range p.Steps {
		out = append(out, s.String())
	}
	return out
}

// reasons are why things are skipped, in their order.
func reasons(p *groupsync.Plan) []string {
	var out []string
	for _, s := range p.Skipped {
		out = append(out, s.Name+" "+s.Reason)
	}
	return out
}

// named returns the group of a tenant that has the name.
func named(t *testing.T, s *fronteggtest.Server, name string) frontegg.Group {
	t.Helper()
	groups := s.Groups(tenant)
	i := slices.IndexFunc(groups, func(g frontegg.Group) bool { return g.Name == name })
	require.GreaterOrEqual(t, i, 0, "no group is named %q", name)
	return groups[i]
}
