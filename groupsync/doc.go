// Package groupsync makes the groups of one tenant equal to a wanted list: the
// teams of a directory, an HR system, a file.
//
// [Sync] does all of it in one call:
//
//	options := groupsync.Options{Owner: "hr"}
//	report, err := groupsync.Sync(ctx, client.Groups, wanted, options, groupsync.ApplyOptions{})
//
// Programs that show what they are about to do call its parts: [Read] reads the
// groups, [Compute] compares them with the wanted ones and makes a [Plan] without
// any request, and [Apply] carries it out. A plan can be read by a person, and be
// stored as JSON, approved and applied later. [Resolve] turns the e-mail addresses
// and role keys of a source into the IDs that the wanted groups need.
//
// # Ownership
//
// A group belongs to the program that created it. Its metadata, a JSON object, has
// the owner label from the request that creates it on:
//
//	{"groupsync":{"owner":"hr","key":"team-17"}}
//
// The key is the group's in the source, and outlives renames. Groups without the
// label are never written, even if they have the name of a wanted group; the plan
// reports them in Skipped. Other members of the metadata stay.
//
// # What a plan may do
//
// By default a plan creates, renames and edits groups, removes members and roles,
// and adds members to groups without roles. [Options] allows more:
//
//   - GrantRoles: members are added to groups that have roles, and roles to groups
//     that have members. Whoever gets into a group with roles gets its roles.
//   - Delete: owned groups that are no longer wanted are deleted.
//   - Empty: such groups lose all members and roles instead, and stay.
//   - Adopt: groups without a label that have exactly a wanted name are taken over.
//     Needed once, in a tenant that already has groups. Members who are not wanted
//     are removed from such a group, as from any other.
//
// Absent is not empty: a nil list or text of a wanted [Group] leaves what the group
// has, an empty one clears it.
//
// # A source that is broken
//
// A source can be half empty, or full of errors. Guards refuse a plan that removes,
// grants, creates or deletes too much: see [Options] and [GuardError]. The error
// names the guard, what is allowed, and how to allow it for one run.
//
// # Failures
//
// Revocations come first, so that a run that ends early has made those that it
// could. A step that the service refuses fails its own group only; the error then
// matches [ErrIncomplete], and [Report] has what failed and what was skipped. To go
// on after any failure, sync again: what is done is no longer in the new plan, and
// a group that was created although the response was lost is recognized by its
// label.
//
// Two groups never have each other's name halfway. If names change in a circle, one
// group gets a temporary name, such as "Eng (renaming 1)".
//
// # Limits
//
// This package does not invite or delete users, and does not define roles. It
// compares names exactly; names that differ only in case, surrounding blanks or
// Unicode form are in [Plan.Warnings].
//
// Only one program at a time may apply plans of one owner. Two that carry out the
// same plan at once can create a group twice. The next plan reports both in
// Skipped, with [ReasonDuplicateKey]: delete one.
package groupsync
