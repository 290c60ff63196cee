// Command quickstart onboards people: it creates a group for each team, with its
// roles and members. Then it reads the groups, changes one, handles the errors that
// every program meets, and deletes the groups.
//
// Without FRONTEGG_ variables it runs on a fake server in memory. With
// FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID it runs on that
// tenant, and only reads unless -write is given.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// team is a group to create. Put your own here to try it on your tenant.
type team struct {
	name           string
	roles, members []string // role keys and e-mail addresses
}

var teams = []team{
	{"Platform", []string{"developer", "deployer"}, []string{"ada@example.com", "bruno@example.com", "chloe@example.com"}},
	{"Payments", []string{"developer"}, []string{"chloe@example.com", "dmitri@example.com"}},
	{"Support", []string{"viewer"}, []string{"elena@example.com", "farid@example.com", "gita@example.com", "hugo@example.com"}},
	{"Finance", []string{"viewer", "auditor"}, []string{"ines@example.com", "jonas@example.com"}},
}

func main() {
	write := flag.Bool("write", false, "create groups in the tenant, and delete them at the end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second Ctrl-C ends the program at once
	signal.Ignore(syscall.SIGPIPE) // delete the groups even if nobody reads the output
	if err := run(ctx, os.Stdout, *write); err != nil {
		log.Fatalln("quickstart:", err)
	}
}

// tour is one run of the program.
type tour struct {
	out    io.Writer
	client *frontegg.Client
	prefix string // of the names of the groups that this run creates
}

func run(ctx context.Context, out io.Writer, write bool) (err error) {
	t := &tour{out: out, prefix: "quickstart-" + strings.ToLower(rand.Text()[:6]) + "/"}
	var calls atomic.Int64
	count := func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
		return ctx, func(frontegg.CallResult) { calls.Add(1) }
	}
	options := []frontegg.ClientOption{frontegg.WithApplication("quickstart", "1.0"), frontegg.WithHook(count)}
	isSet := func(v string) bool { return strings.HasPrefix(v, "FRONTEGG_") && !strings.HasSuffix(v, "=") }
	if slices.ContainsFunc(os.Environ(), isSet) {
		server := cmp.Or(os.Getenv("FRONTEGG_BASE_URL"), "region "+cmp.Or(os.Getenv("FRONTEGG_REGION"), "eu"))
		t.line("server", "%s, tenant %q", server, os.Getenv("FRONTEGG_TENANT_ID"))
		t.client, err = frontegg.NewClientFromEnv(options...)
	} else {
		server := fronteggtest.NewServer()
		defer server.Close()
		seed(server)
		t.line("server", "fake, in memory; set FRONTEGG_CLIENT_ID to use your own")
		t.client, err = server.Client(append(options, frontegg.WithTenant("acme"))...)
		write = true
	}
	if err != nil {
		return err
	}
	defer t.client.Close()
	defer func() { t.line("done", "%d calls", calls.Load()) }()
	if !write {
		t.line("mode", "reads only; -write also creates groups and deletes them")
		_, err = t.read(ctx, "")
		return err
	}
	defer func() { err = errors.Join(err, t.cleanUp(ctx)) }()
	for _, team := range teams {
		if err := t.onboard(ctx, team); err != nil {
			return err
		}
	}
	groups, err := t.read(ctx, t.prefix)
	if err != nil || len(groups) == 0 {
		return err
	}
	return t.change(ctx, groups[0])
}

// onboard creates the group of a team. Every call is safe to retry: after an interrupted
// run, simply start again. The client waits for rate limits and retries by itself.
func (t *tour) onboard(ctx context.Context, team team) error {
	users, err := t.client.Users.FindByEmails(ctx, team.members) // those that exist
	if err != nil {
		return err
	}
	roles, err := t.client.Roles.FindByKeys(ctx, team.roles)
	if err != nil {
		return err
	}
	t.line("team", "%s: %d of %d members found, %d of %d roles", team.name, len(users), len(team.members), len(roles), len(team.roles))
	var userIDs, roleIDs []string
	for _, user := range users {
		userIDs = append(userIDs, user.ID)
	}
	for _, role := range roles {
		roleIDs = append(roleIDs, role.ID)
	}

	// A create that is canceled may still be processed, even after cleanUp has read
	// the groups. So Ctrl-C does not cancel it.
	params := frontegg.CreateGroupParams{Name: t.prefix + team.name, Description: "Made by the quickstart"}
	group, _, err := t.client.Groups.Ensure(context.WithoutCancel(ctx), params, frontegg.WithTimeout(time.Minute))
	if err != nil {
		return err
	}
	return errors.Join(t.client.Groups.AddRoles(ctx, group.ID, roleIDs), t.client.Groups.AddUsers(ctx, group.ID, userIDs))
}

// groups returns the groups whose names begin with prefix.
func (t *tour) groups(ctx context.Context, prefix string) (groups []frontegg.Group, _ error) {
	relations := frontegg.WithRelations(frontegg.RelationsRolesAndUsers) // without it, Roles and Users are nil
	for group, err := range t.client.Groups.All(ctx, frontegg.WalkOptions{Concurrency: 4}, relations) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(group.Name, prefix) {
			groups = append(groups, group)
		}
	}
	return groups, nil
}

// read shows the groups whose names begin with prefix, and reads some by ID.
func (t *tour) read(ctx context.Context, prefix string) ([]frontegg.Group, error) {
	config, err := t.client.Groups.Config(ctx)
	if err != nil {
		return nil, err
	}
	t.line("config", "groups enabled: %t, roles in groups: %t", config.Enabled, config.RolesEnabled)
	groups, err := t.groups(ctx, prefix)
	if err != nil {
		return nil, err
	}
	t.line("read", "%d groups", len(groups))

	madeUp := "00000000-0000-4000-8000-000000000000"
	ids := []string{madeUp}
	for _, g := range groups[:min(len(groups), 5)] {
		ids = append(ids, g.ID)
		t.line("", "%d members, %d roles: %.20q", len(g.Users), len(g.Roles), strings.TrimPrefix(g.Name, prefix))
	}
	found, err := t.client.Groups.BulkGet(ctx, ids)
	if err != nil {
		return nil, err
	}
	t.line("bulk get", "%d of %d IDs exist (one was made up)", len(found), len(ids))
	if _, err := t.client.Groups.Get(ctx, madeUp); !errors.Is(err, frontegg.ErrNotFound) {
		return nil, fmt.Errorf("want ErrNotFound, got: %w", err)
	}
	t.line("get", "ErrNotFound for the made up ID")
	return groups, nil
}

// change updates a group, and tries to create another one with its name.
func (t *tour) change(ctx context.Context, group frontegg.Group) error {
	params := frontegg.UpdateGroupParams{Description: new("Changed"), Color: new("")} // a nil field is not changed
	changed, err := t.client.Groups.Update(ctx, group.ID, params)
	if err != nil {
		return err
	}
	t.line("update", "description %q, color %q", changed.Description, changed.Color)
	if _, err := t.client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: group.Name}); !errors.Is(err, frontegg.ErrConflict) {
		return fmt.Errorf("want ErrConflict, got: %w", err)
	}
	taken, err := t.client.Groups.FindByName(ctx, group.Name)
	if err != nil {
		return err
	}
	t.line("conflict", "the name is taken by %s", taken.ID)
	return nil
}

// cleanUp deletes the groups of this run, even after a failure or Ctrl-C. It finds them
// by name: a group may exist although the response to its creation was lost.
func (t *tour) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	groups, err := t.groups(ctx, t.prefix) // all of them first: deleting moves the others to other pages
	if err != nil {
		return fmt.Errorf("delete the groups whose names begin with %s: %w", t.prefix, err)
	}
	var errs []error
	for _, group := range groups {
		if err := t.client.Groups.Delete(ctx, group.ID); err != nil && !errors.Is(err, frontegg.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	t.line("clean up", "%d groups deleted, %d left", len(groups)-len(errs), len(errs))
	return errors.Join(errs...)
}

func (t *tour) line(label, format string, args ...any) {
	fmt.Fprintf(t.out, "%-10s%s\n", label, fmt.Sprintf(format, args...))
}

// seed adds the roles and users of the teams to the fake server.
func seed(server *fronteggtest.Server) {
	for _, team := range teams {
		for _, key := range team.roles {
			server.AddRole("acme", frontegg.Role{ID: "role-" + key, Key: key})
		}
		for _, email := range team.members {
			name, _, _ := strings.Cut(email, "@")
			server.AddUser("acme", frontegg.User{ID: "user-" + name, Email: email})
		}
	}
}
