package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// grant is one way in which a person has a role. A person who has a role directly and
// through two groups has three.
type grant struct {
	TenantID  string    `json:"tenantId"`
	Tenant    string    `json:"tenant"`
	UserID    string    `json:"userId"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Locked    bool      `json:"locked"`
	LastLogin time.Time `json:"lastLogin,omitzero"`
	RoleID    string    `json:"roleId"`
	RoleKey   string    `json:"roleKey"`
	Role      string    `json:"role"`
	Through   string    `json:"through"`             // "direct" or "group"
	GroupID   string    `json:"groupId,omitempty"`   // of a grant through a group
	Group     string    `json:"group,omitempty"`     // its name
	ManagedBy string    `json:"managedBy,omitempty"` // who writes the group: frontegg, scim2, …
}

// review reads the grants of tenants.
type review struct {
	client      *frontegg.Client
	tenants     iter.Seq2[frontegg.Tenant, error]
	concurrency int
	progress    *cli.Progress
	counts      counts
}

// all returns the grants of all tenants, a tenant and a person after the other. It
// keeps the groups of one tenant in memory, and the users that it looks up at once.
func (r *review) all(ctx context.Context) iter.Seq2[grant, error] {
	return func(yield func(grant, error) bool) {
		for tenant, err := range r.tenants {
			if err != nil {
				yield(grant{}, fmt.Errorf("tenants: %w", err))
				return
			}
			t := &tenantReview{review: r, tenant: tenant, client: r.client.ForTenant(tenant.ID)}
			t.tenant.Name = cmp.Or(tenant.Name, tenant.ID)
			if err := t.read(ctx, yield); err != nil {
				if !errors.Is(err, errStopped) {
					yield(grant{}, fmt.Errorf("tenant %s: %w", tenant.ID, err))
				}
				return
			}
			r.counts.tenants++
		}
	}
}

// errStopped ends a walk whose reader wants no more.
var errStopped = errors.New("stopped")

// tenantReview reads the grants of a tenant.
type tenantReview struct {
	*review
	tenant  frontegg.Tenant
	client  *frontegg.Client
	roles   map[string]frontegg.Role    // by ID
	groups  map[string][]frontegg.Group // those with roles, by the ID of a member
	members map[string]frontegg.User    // of such groups, who were not listed yet, by ID
}

// read yields the grants of the tenant.
func (t *tenantReview) read(ctx context.Context, yield func(grant, error) bool) error {
	if err := t.readRoles(ctx); err != nil {
		return err
	}
	if err := t.readGroups(ctx); err != nil {
		return err
	}
	walk := frontegg.UserWalkOptions{Concurrency: t.concurrency}
	const atOnce = 100 // users whose direct roles are one request
	users := make([]frontegg.User, 0, atOnce)
	for user, err := range t.client.Users.All(ctx, walk) {
		if err != nil {
			return err
		}
		users = append(users, user)
		if len(users) == atOnce {
			if err := t.yieldUsers(ctx, users, yield); err != nil {
				return err
			}
			users = users[:0]
		}
	}
	if err := t.yieldUsers(ctx, users, yield); err != nil {
		return err
	}
	// A member of a group may be a user of another tenant only.
	rest := make([]frontegg.User, 0, len(t.members))
	for _, user := range t.members {
		rest = append(rest, user)
	}
	slices.SortFunc(rest, func(a, b frontegg.User) int { return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID)) })
	return t.yieldUsers(ctx, rest, yield)
}

func (t *tenantReview) readRoles(ctx context.Context) error {
	roles, err := t.client.Roles.List(ctx)
	if err != nil {
		return err
	}
	t.roles = make(map[string]frontegg.Role, len(roles))
	for _, role := range roles {
		t.roles[role.ID] = role
	}
	return nil
}

// readGroups reads who is in which group that has roles.
func (t *tenantReview) readGroups(ctx context.Context) error {
	t.groups, t.members = map[string][]frontegg.Group{}, map[string]frontegg.User{}
	walk := frontegg.WalkOptions{Concurrency: t.concurrency}
	for group, err := range t.client.Groups.All(ctx, walk, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return err
		}
		if group.Roles == nil || group.Users == nil {
			return fmt.Errorf("group %q was read without its roles and users", group.Name)
		}
		members := group.Users
		group.Users = nil // a group is kept once for each member, without the others
		if len(group.Roles) == 0 {
			continue
		}
		for _, user := range members {
			t.groups[user.ID] = append(t.groups[user.ID], group)
			t.members[user.ID] = user
		}
	}
	return nil
}

// yieldUsers yields the grants of some users.
func (t *tenantReview) yieldUsers(ctx context.Context, users []frontegg.User, yield func(grant, error) bool) error {
	ids := make([]string, len(users))
	for i, user := range users {
		ids[i] = user.ID
	}
	direct, err := t.client.Users.RoleIDs(ctx, ids)
	if err != nil {
		return err
	}
	for _, user := range users {
		delete(t.members, user.ID)
		grants := t.grantsOf(user, direct[user.ID])
		for _, g := range grants {
			if !yield(g, nil) {
				return errStopped
			}
			t.counts.grants++
		}
		if len(grants) > 0 {
			t.counts.people++
		}
		t.progress.Show("grants", t.counts.grants, 0)
	}
	return nil
}

// grantsOf returns the grants of a user, sorted by role: first the direct one.
func (t *tenantReview) grantsOf(user frontegg.User, direct []string) []grant {
	var out []grant
	add := func(roleID, through string, group frontegg.Group) {
		role := t.roles[roleID] // empty if it was created or deleted meanwhile
		out = append(out, grant{
			TenantID: t.tenant.ID, Tenant: t.tenant.Name, UserID: user.ID, Email: user.Email, Name: user.Name, Locked: user.Locked, LastLogin: user.LastLogin,
			RoleID: roleID, RoleKey: role.Key, Role: role.Name,
			Through: through, GroupID: group.ID, Group: group.Name, ManagedBy: string(group.ManagedBy),
		})
	}
	for _, id := range direct {
		add(id, "direct", frontegg.Group{})
	}
	for _, group := range t.groups[user.ID] {
		for _, role := range group.Roles {
			if t.roles[role.ID].ID == "" {
				t.roles[role.ID] = role
			}
			add(role.ID, "group", group)
		}
	}
	slices.SortStableFunc(out, func(a, b grant) int {
		return cmp.Or(cmp.Compare(a.RoleKey, b.RoleKey), cmp.Compare(a.RoleID, b.RoleID),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.GroupID, b.GroupID))
	})
	return out
}
