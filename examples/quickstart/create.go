package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg"
)

// atOnce is how many teams are made at the same time. The client keeps to rate
// limits by itself.
const atOnce = 8

// createTeams makes a group of every team, with its roles and members.
func (t *tour) createTeams(ctx context.Context) error {
	began := time.Now()
	known, err := t.readDirectory(ctx)
	if err != nil {
		return err
	}
	var done, roles, members atomic.Int64
	err = forEach(ctx, atOnce, t.input.teams, func(ctx context.Context, team team) error {
		roleIDs, userIDs := known.ids(team)
		if err := t.createTeam(ctx, team, roleIDs, userIDs); err != nil {
			return fmt.Errorf("team %q: %w", team.name, err)
		}
		roles.Add(int64(len(roleIDs)))
		members.Add(int64(len(userIDs)))
		t.progress("create", int(done.Add(1)), len(t.input.teams))
		return nil
	})
	if err != nil {
		return err
	}
	t.line("create", "%d groups with %d roles and %d members, in %s",
		done.Load(), roles.Load(), members.Load(), round(time.Since(began)))
	if n := known.missing(t.input); n > 0 {
		t.more("%d people of the input are in no group of the account, so their ids are not known", n)
	}
	return nil
}

// createTeam makes one group. All three calls can be repeated without harm, so a
// run that was cut off could simply start again.
func (t *tour) createTeam(ctx context.Context, team team, roleIDs, userIDs []string) error {
	params := frontegg.CreateGroupParams{Name: t.prefix + team.name, Description: team.description, Color: team.color}
	// A create that is cut off on its way can still happen, after the clean-up has
	// looked for it. So neither Ctrl-C nor the failure of another team ends it.
	group, _, err := t.groups.Ensure(context.WithoutCancel(ctx), params, frontegg.WithTimeout(time.Minute))
	if err != nil {
		return err
	}
	if err := t.groups.AddRoles(ctx, group.ID, roleIDs); err != nil {
		return err
	}
	return t.groups.AddUsers(ctx, group.ID, userIDs)
}

// directory finds ids. The groups API takes ids of users and roles, and says what
// they are only of those that are in groups.
type directory struct {
	users map[string]string // by e-mail address
	roles map[string]string // by key
}

func (t *tour) readDirectory(ctx context.Context) (*directory, error) {
	d := &directory{users: map[string]string{}, roles: map[string]string{}}
	everything := frontegg.WithRelations(frontegg.RelationsRolesAndUsers)
	for group, err := range t.groups.All(ctx, frontegg.WalkOptions{Concurrency: 4}, everything) {
		if err != nil {
			return nil, err
		}
		for _, u := range group.Users {
			d.users[u.Email] = u.ID
		}
		for _, r := range group.Roles {
			d.roles[r.Key] = r.ID
		}
	}
	return d, nil
}

// ids returns the ids of a team's roles and members, as far as they are known.
func (d *directory) ids(t team) (roleIDs, userIDs []string) {
	return lookUp(d.roles, t.roles), lookUp(d.users, t.members)
}

func (d *directory) missing(in *input) int {
	n := len(in.people)
	for _, p := range in.people {
		if d.users[p.email] != "" {
			n--
		}
	}
	return n
}

func lookUp(ids map[string]string, names []string) []string {
	var out []string
	for _, name := range names {
		if id, ok := ids[name]; ok {
			out = append(out, id)
		}
	}
	return out
}

// forEach calls do for every item, n at the same time. The first error stops it,
// and so does the end of ctx.
func forEach[T any](ctx context.Context, n int, items []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan T)
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			for item := range next {
				if err := do(ctx, item); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		next <- item
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx) // nil unless an error or the caller has ended it
}
