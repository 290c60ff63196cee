package groupsync

import (
	"context"
	"fmt"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// Named is a wanted group with e-mail addresses of people and keys of roles instead of
// IDs.
type Named struct {
	Key, Name          string
	Description, Color *string // nil leaves the field as it is, new("") clears it
	// Emails are the members, RoleKeys the roles. Addresses are compared without
	// case. nil leaves them as they are; empty means none.
	Emails, RoleKeys []string
}

// Unresolved is what was not found. The zero value means that everything was.
type Unresolved struct {
	// Emails are the addresses that no user of the tenant has, sorted. They are also
	// in [Group.UnknownUsers], so that a plan reports them.
	Emails []string
	// RoleKeys are the keys that no role has, or more than one, sorted. Their groups
	// have [Group.Invalid].
	RoleKeys []string
	// People is the number of different wanted addresses. 0 if Emails is empty.
	People int
}

// Guard returns a [*GuardError] if more people are unknown than Options.MaxChange
// and Options.ChangeFloor allow: a sign of the wrong tenant or the wrong file.
func (u Unresolved) Guard(opts Options) error {
	if err := opts.validate(); err != nil {
		return err
	}
	if n := len(u.Emails); !opts.allows(n, u.People) {
		return &GuardError{
			Guard:  GuardUnknown,
			Detail: fmt.Sprintf("%d of %d people are not users of the tenant: is it the right tenant and the right file? %s", n, u.People, opts.allowed()),
		}
	}
	return nil
}

// Resolve turns e-mail addresses and role keys into IDs with the client's lookups.
// People who are not users of the tenant are left out of their groups, and a group
// with an unknown or ambiguous role key becomes invalid. Both are reported and do not
// affect other groups. The groups are in the order of wanted.
//
// Programs that show the names of people and roles call [Lookup] and
// [Directory.Resolve].
func Resolve(ctx context.Context, c *frontegg.Client, wanted []Named) ([]Group, Unresolved, error) {
	d, err := Lookup(ctx, c, wanted)
	if err != nil {
		return nil, Unresolved{}, err
	}
	groups, unresolved := d.Resolve(wanted)
	return groups, unresolved, nil
}

// Lookup looks up the people and roles of the wanted groups, with as few requests
// as possible. A person or role that does not exist is not an error.
//
// GET /identity/resources/users/v3 and GET /identity/resources/roles/v2, for each
// page, if there are people or roles to look up.
func Lookup(ctx context.Context, c *frontegg.Client, wanted []Named) (*Directory, error) {
	if c == nil {
		return nil, invalid("groupsync.Lookup", "c", "must not be nil")
	}
	var emails []string
	hasRoles := false
	for _, w := range wanted {
		hasRoles = hasRoles || len(w.RoleKeys) > 0
		for _, email := range w.Emails {
			if email = strings.TrimSpace(email); validate.Email(email) == "" { // otherwise nobody has it
				emails = append(emails, email)
			}
		}
	}
	found, err := c.Users.FindByEmails(ctx, emails)
	if err != nil {
		return nil, fmt.Errorf("groupsync: looking up people: %w", err)
	}
	var roles []frontegg.Role
	if hasRoles {
		if roles, err = c.Roles.List(ctx); err != nil {
			return nil, fmt.Errorf("groupsync: looking up roles: %w", err)
		}
	}
	d := NewDirectory(nil, roles)
	for email, u := range found {
		d.addUser(email, u)
	}
	return d, nil
}
