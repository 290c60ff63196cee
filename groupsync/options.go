package groupsync

import (
	"math"
	"unicode/utf8"
)

// Options says what [Compute] may do.
type Options struct {
	// Owner names the program that owns the groups, such as "hr-sync". Required.
	// It is part of the mark, so it never changes.
	Owner string
	// Prefix narrows the work to groups whose names begin with it. Others are not
	// touched, and wanted names must have it. Empty: all groups.
	Prefix string
	// Delete deletes owned groups that are no longer wanted. Without it they are
	// reported in [Plan.Skipped].
	Delete bool
	// GrantRoles allows what grants roles: adding members to a group that carries
	// roles, and roles to a group that has members. Without it such additions are
	// reported in [Plan.Skipped]. Removals revoke, and are always made.
	GrantRoles bool
	// MaxChange is the share of the members that may be removed, of each group
	// and of all owned groups together, where the members of groups to be deleted
	// count as removed. The same holds for roles, counted apart. From 0 to 1; 0
	// means 0.2. A tiny share, such as 1e-9, allows ChangeFloor removals only.
	MaxChange float64
	// ChangeFloor is how many removals are always allowed, whatever the share. 0
	// means 3.
	ChangeFloor int
}

const (
	defaultMaxChange   = 0.2
	defaultChangeFloor = 3
)

// check refuses options that make no sense, and fills in the defaults.
func (o *Options) validate() error {
	var wrong validationErrs
	wrong.refuse("Options.Owner", invalidText(o.Owner))
	if !utf8.ValidString(o.Prefix) {
		wrong.refuse("Options.Prefix", "is not UTF-8")
	}
	if math.IsNaN(o.MaxChange) || o.MaxChange < 0 || o.MaxChange > 1 {
		wrong.refuse("Options.MaxChange", "is not a share from 0 to 1")
	}
	if o.ChangeFloor < 0 {
		wrong.refuse("Options.ChangeFloor", "is negative")
	}
	if o.MaxChange == 0 {
		o.MaxChange = defaultMaxChange
	}
	if o.ChangeFloor == 0 {
		o.ChangeFloor = defaultChangeFloor
	}
	return wrong.err()
}
