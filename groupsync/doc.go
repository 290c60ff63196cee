// Package groupsync makes the groups of one account equal to a wanted list: the
// teams of a directory, an HR system, a file.
//
// [Compute] compares the wanted groups with the actual ones and makes a [Plan],
// without any request. The plan can be read by a person and by a program, and
// [Apply] carries it out:
//
//	var actual []frontegg.Group
//	read := frontegg.WithRelations(frontegg.RelationsRolesAndUsers)
//	for g, err := range client.Groups.All(ctx, frontegg.WalkOptions{}, read) {
//		if err != nil {
//			return err // never plan on half a list
//		}
//		actual = append(actual, g)
//	}
//	plan, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr"})
//	if err != nil {
//		return err
//	}
//	fmt.Print(plan)
//	report, err := groupsync.Apply(ctx, client.Groups, plan, groupsync.ApplyOptions{})
//
// # Ownership
//
// A group belongs to the program that created it: its metadata, a JSON object,
// has the member "groupsync" with the owner and the group's key in the source,
//
//	{"groupsync":{"owner":"hr","key":"team-17"}}
//
// from the request that creates it on. The key outlives renames. Groups without
// the mark are never written, also where they have the name of a wanted group;
// the plan reports them in Skipped. To hand such a group over, write the text
// that [Mark] returns into its metadata. Other members of the metadata stay.
//
// # Failures
//
// Apply stops at the first failure. To go on, read, compute and apply again: what
// is done is no longer in the new plan, and a group that was created although the
// response was lost is recognised by its mark. Removals come before additions, so
// that a run that ends early leaves no revocation undone that it could have made.
//
// A source can break too. Guards refuse a plan that removes too much: see
// [Options] and [GuardError].
//
// This package does not invite, find or delete users, and does not define roles:
// it takes ids.
//
// Only one program at a time may apply plans of one owner. Two that carry out the
// same plan at once can make a group twice, where its name is not free at first:
// the second creates it under the temporary name after the first has renamed its
// own. The next plan reports both in Skipped, with [ReasonDuplicateKey]: delete one.
package groupsync
