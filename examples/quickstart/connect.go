package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// connection is a client, and what it talks to.
type connection struct {
	client *frontegg.Client
	groups *frontegg.GroupsService
	server *fronteggtest.Server // nil: the client talks to Frontegg
	calls  *tally
}

// connect returns a client of Frontegg if the environment names an account, else
// one of a Frontegg in memory that knows the people of the input.
func connect(in *input) (*connection, error) {
	c := &connection{calls: &tally{}}
	options := []frontegg.ClientOption{
		frontegg.WithApplication("quickstart", frontegg.Version),
		frontegg.WithHook(c.calls.watch),
	}
	var err error
	if environmentIsSet() {
		c.client, err = frontegg.NewClientFromEnv(options...)
	} else {
		c.server = fronteggtest.NewServer()
		seed(c.server, in)
		c.client, err = c.server.Client(append(options, frontegg.WithTenant(tenant))...)
	}
	if err != nil {
		return nil, err
	}
	c.groups = c.client.Groups
	return c, nil
}

// close ends the connection. It is for the end of the program; the client itself
// needs no closing between calls.
func (c *connection) close() {
	_ = c.client.Close() // always nil
	if c.server != nil {
		c.server.Close()
	}
}

// environmentIsSet says whether the user meant Frontegg. One variable is enough:
// NewClientFromEnv tells which others are missing.
func environmentIsSet() bool {
	return slices.ContainsFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "FRONTEGG_") && !strings.HasSuffix(variable, "=")
	})
}

// tenant is the account of the Frontegg in memory.
const tenant = "acme"

// seed gives the account what the groups API cannot make: users and roles. As in
// a real account they show in groups that are there already.
func seed(server *fronteggtest.Server, in *input) {
	everyone := frontegg.Group{Name: "Everyone"}
	for _, p := range in.people {
		everyone.Users = append(everyone.Users, frontegg.User{Name: p.name, Email: p.email, ActivatedForTenant: true})
	}
	server.AddGroup(tenant, everyone)
	emergency := frontegg.Group{Name: "Break glass", Description: "Empty but for emergencies"}
	for _, key := range in.roles() {
		emergency.Roles = append(emergency.Roles, frontegg.Role{Key: key})
	}
	server.AddGroup(tenant, emergency)
}

// tally counts the calls of a client by operation.
type tally struct {
	mu    sync.Mutex
	calls map[string]int
	total int
}

// watch is a [frontegg.Hook].
func (t *tally) watch(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
	return ctx, func(frontegg.CallResult) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.calls == nil {
			t.calls = map[string]int{}
		}
		t.calls[call.Op]++
		t.total++
	}
}

// count returns how many calls there were of an operation; of all with "".
func (t *tally) count(op string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if op == "" {
		return t.total
	}
	return t.calls[op]
}
