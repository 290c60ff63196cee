package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// resolve returns the teams with the IDs of people and roles, and the addresses and
// keys by ID. Without known people the addresses are looked up in Frontegg.
func (j *job) resolve(ctx context.Context, teams []*team, known *people, actual []frontegg.Group) ([]groupsync.Group, map[string]string, error) {
	wanted := namedGroups(teams)
	directory, err := j.directory(ctx, wanted, known)
	if err != nil {
		return nil, nil, fmt.Errorf("looking up people and roles: %w", err)
	}
	groups, _ := directory.Resolve(wanted)
	names, wrong := directory.Names(), problems{file: j.file}
	for i, t := range teams {
		found := map[string]bool{}
		for _, id := range groups[i].UserIDs {
			found[id] = true
		}
		for _, m := range t.members {
			switch {
			case isEmail(m.text):
			case found[m.text]:
				wrong.add(m.at, "%q is %s, who is also in %s", m.text, names[m.text], t.seen[fold(names[m.text])].row)
			case known != nil && known.byID[m.text].ID == "":
				groups[i].UnknownUsers = append(groups[i].UnknownUsers, m.text)
			default:
				groups[i].UserIDs = append(groups[i].UserIDs, m.text)
			}
		}
	}
	if err := wrong.err(); err != nil {
		return nil, nil, err
	}
	keepMembers(groups, actual)
	for i, t := range teams {
		t.unknown = groups[i].UnknownUsers
	}
	return groups, names, j.refuseUnknown(teams)
}

// namedGroups returns the teams with what has to be looked up.
func namedGroups(teams []*team) []groupsync.Named {
	out := make([]groupsync.Named, len(teams))
	for i, t := range teams {
		w := groupsync.Named{Key: t.key, Name: t.name, Description: t.description, Color: t.color}
		if t.members != nil {
			w.Emails = []string{}
		}
		for _, m := range t.members {
			if isEmail(m.text) {
				w.Emails = append(w.Emails, m.text)
			}
		}
		if t.roles != nil {
			w.RoleKeys = []string{}
		}
		for _, r := range t.roles {
			w.RoleKeys = append(w.RoleKeys, r.text)
		}
		out[i] = w
	}
	return out
}

// directory finds roles in Frontegg, and people there or in a file.
func (j *job) directory(ctx context.Context, wanted []groupsync.Named, known *people) (*groupsync.Directory, error) {
	if known == nil {
		return groupsync.Lookup(ctx, j.client, wanted)
	}
	var roles []frontegg.Role
	if slices.ContainsFunc(wanted, func(w groupsync.Named) bool { return len(w.RoleKeys) > 0 }) {
		var err error
		if roles, err = j.client.Roles.List(ctx); err != nil {
			return nil, err
		}
	}
	return groupsync.NewDirectory(known.list, roles), nil
}

// keepMembers finds people in the groups of the tenant who were not found otherwise:
// somebody whom the file has must not lose a group because a lookup does not list
// them, such as a user of a sub-tenant.
func keepMembers(groups []groupsync.Group, actual []frontegg.Group) {
	ids := map[string]string{}
	for _, g := range actual {
		for _, u := range g.Users {
			ids[u.ID] = u.ID
			if u.Email != "" {
				ids[fold(u.Email)] = u.ID
			}
		}
	}
	for i := range groups {
		g := &groups[i]
		g.UnknownUsers = slices.DeleteFunc(g.UnknownUsers, func(member string) bool {
			id := ids[fold(member)]
			if id != "" && !slices.Contains(g.UserIDs, id) {
				g.UserIDs = append(g.UserIDs, id)
			}
			return id != ""
		})
	}
}

// alwaysUnknown is how many people may be unknown, whatever the share: new hires.
const alwaysUnknown = 3

// refuseUnknown returns an error if too many people are unknown: a sign of the wrong
// tenant or the wrong file.
func (j *job) refuseUnknown(teams []*team) error {
	all, unknown := map[string]bool{}, map[string]bool{}
	for _, t := range teams {
		for _, m := range t.members {
			all[fold(m.text)] = true
		}
		for _, m := range t.unknown {
			unknown[fold(m)] = true
		}
	}
	n := len(unknown)
	share := float64(n) / float64(max(len(all), 1))
	switch {
	case n == 0:
		return nil
	case j.unknown == "refuse":
		return refusal(teams, n, "-unknown skip leaves them out")
	case n > 1 && n == len(all):
		return refusal(teams, n, "that is all of them: is it the right tenant and the right file?")
	case n > alwaysUnknown && share > j.maxUnknown:
		return refusal(teams, n, fmt.Sprintf("that is %.0f%% of them: is it the right tenant and the right file? If it is, raise -max-unknown for one run", 100*share))
	}
	return nil
}

// refusal names the first of the unknown people.
func refusal(teams []*team, n int, todo string) error {
	const shown = 10
	var names []string
	for _, t := range teams {
		for _, m := range t.unknown {
			names = append(names, m+t.placeOf(m))
		}
	}
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown], fmt.Sprintf("and %d more rows", more))
	}
	return fmt.Errorf("%w: %d people are not users of the tenant; %s: %s", groupsync.ErrGuard, n, todo, strings.Join(names, ", "))
}

// precheck lets groupsync check the teams before anything is sent.
func precheck(file string, teams []*team, opts groupsync.Options) error {
	groups := make([]groupsync.Group, len(teams))
	for i, t := range teams {
		groups[i] = groupsync.Group{Key: t.key, Name: t.name, Description: t.description, Color: t.color}
	}
	_, err := groupsync.Compute(groups, nil, opts)
	if guard, ok := errors.AsType[*groupsync.GuardError](err); ok && guard.Plan != nil {
		return nil // it depends on the groups of the tenant
	}
	return locate(file, teams, groups, err)
}

// locate adds the place in the file to the errors of groupsync about wanted groups.
func locate(file string, teams []*team, groups []groupsync.Group, err error) error {
	joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err)
	if !ok || errors.Is(err, groupsync.ErrGuard) {
		return err
	}
	wrong := problems{file: file}
	for _, err := range joined.Unwrap() {
		invalid, ok := errors.AsType[*frontegg.ValidationError](err)
		if !ok {
			wrong.errs = append(wrong.errs, err)
			continue
		}
		if at, what, ok := placeOfField(teams, groups, invalid.Field); ok {
			wrong.add(at, "%s %s", what, invalid.Reason)
		} else {
			wrong.errs = append(wrong.errs, err)
		}
	}
	return wrong.err()
}

// wantedField is how groupsync names a field of a wanted group.
var wantedField = regexp.MustCompile(`^wanted\[(\d+)\] .*\.(\w+)(?:\[(\d+)\])?$`)

// placeOfField returns where a field of a wanted group stands in the file.
func placeOfField(teams []*team, groups []groupsync.Group, field string) (at place, what string, ok bool) {
	m := wantedField.FindStringSubmatch(field)
	if m == nil {
		return place{}, "", false
	}
	i, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[3])
	at = teams[i].at
	switch m[2] {
	case "UserIDs":
		at.column, what = "member", fmt.Sprintf("%q", groups[i].UserIDs[n])
		if seen, ok := teams[i].seen[fold(groups[i].UserIDs[n])]; ok {
			at = seen
		}
	case "RoleIDs":
		at.column, what = "roles", fmt.Sprintf("%q", groups[i].RoleIDs[n])
	default:
		at.column = strings.ToLower(m[2])
		what = fmt.Sprintf("of key %q", teams[i].key)
	}
	return at, what, true
}
