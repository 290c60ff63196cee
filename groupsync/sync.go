package groupsync

import (
	"context"

	"github.com/frontegg-go/frontegg"
)

// Sync makes the groups of the tenant equal to the wanted ones: it reads all
// groups, computes and applies in one call. Programs that show the plan before it
// is applied call [Read], [Compute] and [Apply].
//
// The errors are those of the three. After an error of Read or Compute nothing was
// written.
func Sync(ctx context.Context, s *frontegg.GroupsService, wanted []Group, opts Options, apply ApplyOptions) (Report, error) {
	if err := apply.validate(); err != nil {
		return Report{}, err
	}
	if opts.Tenant == "" {
		opts.Tenant = s.Tenant()
	}
	checked := opts
	if err := validateWanted(wanted, &checked); err != nil { // before anything is sent
		return Report{}, err
	}
	actual, err := Read(ctx, s, frontegg.WalkOptions{Concurrency: defaultConcurrency})
	if err != nil {
		return Report{}, err
	}
	plan, err := Compute(wanted, actual, opts)
	if err != nil {
		return Report{}, err
	}
	return Apply(ctx, s, plan, apply)
}

// Read returns all groups of the tenant with the IDs of their members and roles,
// the e-mail addresses and the role keys, as [Compute] needs them. It drops the other
// fields of users and roles, so that a large tenant takes little memory. If there is an
// error, it returns no groups, because an incomplete list would look as if groups were
// missing.
//
// GET /identity/resources/groups/v2, for each page.
func Read(ctx context.Context, s *frontegg.GroupsService, walk frontegg.WalkOptions) ([]frontegg.Group, error) {
	var out []frontegg.Group
	users, roles := map[string]frontegg.User{}, map[string]frontegg.Role{}
	for g, err := range s.All(ctx, walk, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return nil, err
		}
		for i, u := range g.Users {
			if _, known := users[u.ID]; !known {
				users[u.ID] = frontegg.User{ID: u.ID, Email: u.Email}
			}
			g.Users[i] = users[u.ID]
		}
		for i, r := range g.Roles {
			if _, known := roles[r.ID]; !known {
				roles[r.ID] = frontegg.Role{ID: r.ID, Key: r.Key}
			}
			g.Roles[i] = roles[r.ID]
		}
		out = append(out, g)
	}
	return out, nil
}
