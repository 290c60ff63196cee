package groupsync

import (
	"math"
	"unicode/utf8"

	"github.com/frontegg-go/frontegg/internal/validate"
)

// Options limits what [Compute] may plan.
type Options struct {
	// Owner names the program that owns the groups, such as "hr-sync". Required.
	// It is part of the owner label, so it must never change.
	Owner string
	// Prefix limits the plan to groups whose names begin with it. Others are not
	// written, and wanted names must have it. Empty means all groups.
	Prefix string
	// Delete deletes owned groups that are no longer wanted. Without Delete and
	// Empty they are reported in [Plan.Skipped].
	Delete bool
	// Empty removes all members and roles from owned groups that are no longer
	// wanted, and leaves the groups. It cannot be combined with Delete.
	Empty bool
	// GrantRoles allows steps that grant roles: adding members to a group that has
	// roles, and roles to a group that has members. Without it such additions are
	// reported in [Plan.Skipped]. Removals are always allowed.
	GrantRoles bool
	// Adopt takes over groups without an owner label whose name equals a wanted name,
	// if they are managed by Frontegg: the label is written into their metadata.
	// Without it they are reported in [Plan.Skipped].
	Adopt bool

	// MaxChange is the share that may change, from 0 to 1; 0 means 0.2, and 1 allows
	// any share. It limits, relative to what the owned groups have: members and
	// roles removed, of each group and in all; members added to groups with roles,
	// of each group and in all; roles added, of each group and in all; groups
	// deleted or emptied; groups created. Roles and members of deleted groups count
	// as removed, and those of new groups as added in all. The first run of an owner
	// may create and add any share, because there are no groups to compare with. A
	// tiny share, such as 1e-9, allows only ChangeFloor.
	MaxChange float64
	// ChangeFloor is how many changes of each kind are always allowed, whatever the
	// share. 0 means 3.
	ChangeFloor int
	// MaxTotal is the maximum number of groups deleted or emptied, of groups created,
	// of members added to groups with roles, and of roles added, whatever the share.
	// 0 means 500; a negative number means no limit.
	MaxTotal int

	// Tenant binds the plan to a tenant: [Apply] refuses it for a client of another
	// one. Empty means that the plan is for any tenant. [Sync] sets it.
	Tenant string
	// Names has e-mail addresses of users and keys of roles by ID, for people who
	// read the plan. Those in the actual groups are known without it. See
	// [Directory.Names].
	Names map[string]string
}

const (
	defaultMaxChange   = 0.2
	defaultChangeFloor = 3
	defaultMaxTotal    = 500
)

// validate checks the options and fills in the defaults.
func (o *Options) validate() error {
	var wrong validationErrs
	wrong.add("Options.Owner", invalidText(o.Owner))
	if !utf8.ValidString(o.Prefix) {
		wrong.add("Options.Prefix", "is not UTF-8")
	}
	if o.Delete && o.Empty {
		wrong.add("Options.Empty", "cannot be combined with Options.Delete: choose one")
	}
	if math.IsNaN(o.MaxChange) || o.MaxChange < 0 || o.MaxChange > 1 {
		wrong.add("Options.MaxChange", "is not a share from 0 to 1")
	}
	if o.ChangeFloor < 0 {
		wrong.add("Options.ChangeFloor", "is negative")
	}
	if o.Tenant != "" {
		wrong.add("Options.Tenant", validate.HeaderID(o.Tenant))
	}
	if o.MaxChange == 0 {
		o.MaxChange = defaultMaxChange
	}
	if o.ChangeFloor == 0 {
		o.ChangeFloor = defaultChangeFloor
	}
	if o.MaxTotal == 0 {
		o.MaxTotal = defaultMaxTotal
	}
	return wrong.err()
}
