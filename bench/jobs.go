package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

const jobDelay = 50 * time.Millisecond

// lookups measures how groups are found by name and users by e-mail address.
func lookups(ctx context.Context, f *fake, r *report) error {
	r.section(fmt.Sprintf("Lookups, %v a request", jobDelay))
	client, err := f.client(namesTenant)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if _, err := client.Groups.Config(ctx); err != nil { // logs in and connects
		return err
	}
	last := groupName(manyGroups - 1)
	took, err := medianTime(func() error { _, err := client.Groups.FindByName(ctx, last); return err })
	if err != nil {
		return err
	}
	r.trips(fmt.Sprintf("FindByName, the last of %d groups", manyGroups), 10, took)
	took, err = medianTime(func() error {
		_, created, err := client.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: last})
		if created {
			return errors.New("the group was created again")
		}
		return err
	})
	if err != nil {
		return err
	}
	r.trips("Ensure, with the name of that group", 10, took)

	emails := make([]string, 5_000)
	for i := range emails {
		emails[i] = email(i * people / len(emails))
	}
	users := client.ForTenant(syncTenant).Users
	took, err = medianTime(func() error {
		found, err := users.FindByEmails(ctx, emails)
		if err == nil && len(found) != len(emails) {
			err = fmt.Errorf("%d of %d users found", len(found), len(emails))
		}
		return err
	})
	if err != nil {
		return err
	}
	bound := rounds(people/200, 8)
	r.atMost(fmt.Sprintf("FindByEmails, %d of %d users", len(emails), people), 1.25, trips(took)/float64(bound),
		fmt.Sprintf("× %d RTT (%v)", bound, took.Round(time.Millisecond)))
	return nil
}

// trips returns how many round trips d is.
func trips(d time.Duration) float64 { return float64(d) / float64(jobDelay) }

// trips adds a time as round trips.
func (r *report) trips(what string, goal float64, took time.Duration) {
	r.atMost(what, goal, math.Round(10*trips(took))/10, fmt.Sprintf("RTT (%v)", took.Round(time.Millisecond)))
}

// medianTime returns the median time of walkRuns runs of f.
func medianTime(f func() error) (time.Duration, error) {
	runs := make([]time.Duration, walkRuns)
	for i := range runs {
		began := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		runs[i] = time.Since(began)
	}
	return median(runs), nil
}

const (
	syncGroups  = 500
	everybody   = 4   // groups that have all people
	roleGroups  = 461 // groups that have a role
	teamSize    = 161 // members of another group; all groups have 160,000 together
	firstWrites = 1617
	leavers     = 300
)

// syncs measures three runs of a sync of many people and groups: the first, one with
// nothing to do, and one after people have left.
func syncs(ctx context.Context, f *fake, r *report) error {
	r.section(fmt.Sprintf("Sync of %d people in %d groups, %d of them with everybody, %v a request, 8 at once", people, syncGroups, everybody, jobDelay))
	client, err := f.client(syncTenant)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	for _, run := range []struct {
		name    string
		left    func(person int) bool
		writes  int     // 0: not known
		nothing bool    // is to do
		goal    float64 // for the time, as a share of the round trips of the writes
	}{
		{"first run", func(int) bool { return false }, firstWrites, false, 1.25},
		{"second run", func(int) bool { return false }, 0, true, 0},
		{fmt.Sprintf("run after %d people left", leavers), func(p int) bool { return p%66 == 1 && p < 66*leavers }, 0, false, 0},
	} {
		var done groupsync.Report
		var took, resolved time.Duration
		peak, err := peakHeap(func() error {
			began := time.Now()
			wanted, unresolved, err := groupsync.Resolve(ctx, client, wantedGroups(run.left))
			if err == nil && len(unresolved.Emails)+len(unresolved.RoleKeys) > 0 {
				err = fmt.Errorf("people or roles are unknown: %d, %v", len(unresolved.Emails), unresolved.RoleKeys)
			}
			if err != nil {
				return err
			}
			resolved, began = time.Since(began), time.Now()
			done, err = groupsync.Sync(ctx, client.Groups, wanted,
				groupsync.Options{Owner: "bench", GrantRoles: true, MaxTotal: -1}, groupsync.ApplyOptions{Concurrency: 8})
			took = time.Since(began)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", run.name, err)
		}
		times := fmt.Sprintf("%.1f s, and %.1f s to find the people and roles", took.Seconds(), resolved.Seconds())
		switch {
		case run.writes > 0:
			bound := (run.writes + 7) / 8
			r.judge(run.name+": writes", figure(float64(run.writes)), figure(float64(done.Done)), true, done.Done == run.writes)
			r.atMost(run.name+": time", run.goal, trips(took)/float64(bound), fmt.Sprintf("× %d RTT (%s)", bound, times))
		default:
			r.judge(run.name+": writes", "0", figure(float64(done.Done)), run.nothing, done.Done == 0)
			r.note(run.name+": time", times)
		}
		r.atMost(run.name+": peak heap", 400, math.Round(peak/mb), "MB")
	}
	return nil
}

// wantedGroups returns the wanted groups, without the people who left.
func wantedGroups(left func(person int) bool) []groupsync.Named {
	groups := make([]groupsync.Named, syncGroups)
	for i := range groups {
		g := groupsync.Named{Key: fmt.Sprintf("team-%03d", i), Name: fmt.Sprintf("Team %03d", i), Emails: []string{}}
		first, size := i*teamSize, teamSize
		if i < everybody {
			size = people
		}
		for k := range size {
			if person := (first + k) % people; !left(person) {
				g.Emails = append(g.Emails, email(person))
			}
		}
		if i >= syncGroups-roleGroups {
			g.RoleKeys = []string{fmt.Sprintf("role.%d", i%roles)}
		}
		groups[i] = g
	}
	return groups
}
