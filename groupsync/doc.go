// Package groupsync makes the groups of one tenant equal to a wanted list: the
// teams of a directory, an HR system, a file.
//
// [Sync] does all of it in one call:
//
//	options := groupsync.Options{Owner: "hr"}
//	report, err := groupsync.Sync(ctx, client.Groups, wanted, options, groupsync.ApplyOptions{})
//
// Programs that show what they are about to do call its parts: [Read] reads the
// groups, [Compute] compares them with the wanted ones and returns a [Plan] without
// sending a request, and [Apply] carries it out. A plan can be printed, or stored as
// JSON, approved and applied later. [Resolve] turns the e-mail addresses and role
// keys of a source into the IDs that the wanted groups need.
//
// # Ownership
//
// A group belongs to the program that created it. The request that creates it writes
// the owner label into its metadata, which is a JSON object:
//
//	{"groupsync":{"owner":"hr","key":"team-17"}}
//
// The key identifies the group in the source, and does not change when the group is
// renamed. Groups without the label are never written, even if they have the name of
// a wanted group; the plan reports them in Skipped. Other members of the metadata
// are kept.
//
// # What a plan may do
//
// By default a plan creates, renames and edits groups, removes members and roles,
// and adds members to groups without roles. [Options] allows more:
//
//   - GrantRoles: members are added to groups that have roles, and roles to groups
//     that have members. A new member of a group gets its roles.
//   - Delete: owned groups that are no longer wanted are deleted.
//   - Empty: such groups are kept, but all their members and roles are removed.
//   - Adopt: groups without a label whose name equals a wanted name are taken over.
//     Use it once, in a tenant that already has groups. Members who are not wanted
//     are removed from such a group, as from any other.
//
// nil is not empty: a nil list or string of a wanted [Group] leaves what the group
// has, an empty one clears it.
//
// # A source that is broken
//
// A source can be incomplete or wrong. Guards refuse a plan that removes, grants,
// creates or deletes too much: see [Options] and [GuardError]. The error has the
// guard, what is allowed, and how to allow more for one run.
//
// # Failures
//
// Removals come first, so that a run that ends early has revoked what it could. If
// the service refuses a step, only its group fails; the error then matches
// [ErrIncomplete], and [Report] has what failed and what was skipped. After any
// failure, sync again: what was done is no longer in the new plan, and a group that
// was created although the response was lost is recognized by its label.
//
// No two groups have the same name at any time. If groups exchange names, one of
// them gets a temporary name, such as "Eng (renaming 1)".
//
// # Limits
//
// This package does not invite or delete users, and does not define roles. It
// compares names exactly; names that differ only in case, surrounding blanks or
// Unicode form are in [Plan.Warnings].
//
// Only one program at a time may apply plans of an owner. Two that apply the same
// plan at once can create a group twice. The next plan reports both groups in
// Skipped, with [ReasonDuplicateKey]: delete one.
package groupsync
