package groupsync_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

func Example() {
	ctx := context.Background()
	server := fronteggtest.NewServer() // in place of Frontegg
	defer server.Close()
	server.AddUser("acme", frontegg.User{Email: "ada@example.com"})
	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	wanted, unresolved, err := groupsync.Resolve(ctx, client, []groupsync.Named{
		{Key: "team-17", Name: "Engineering", Emails: []string{"ada@example.com", "new.hire@example.com"}},
		{Key: "team-18", Name: "Support", Emails: []string{}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("not in Frontegg yet:", unresolved.Emails)

	report, err := groupsync.Sync(ctx, client.Groups, wanted, groupsync.Options{Owner: "hr"}, groupsync.ApplyOptions{})
	fmt.Printf("%d of %d steps, %d groups created, %d skipped\n", report.Done, report.Total, report.Created, len(report.Skipped))
	if errors.Is(err, groupsync.ErrIncomplete) {
		for _, failed := range report.Failed {
			fmt.Println(failed)
		}
	} else if err != nil {
		fmt.Println(err)
	}
	// Output:
	// not in Frontegg yet: [new.hire@example.com]
	// 3 of 3 steps, 2 groups created, 1 skipped
}

// The plan is shown before it is applied, and stored for a second person's approval.
func ExampleApply() {
	ctx := context.Background()
	server := fronteggtest.NewServer() // in place of Frontegg
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	actual, err := groupsync.Read(ctx, client.Groups, frontegg.WalkOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	wanted := []groupsync.Group{{Key: "team-17", Name: "Engineering", UserIDs: []string{ada.ID}}}
	plan, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", Tenant: client.Groups.Tenant()})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := json.Marshal(plan)
	if err != nil {
		fmt.Println(err)
		return
	}

	var approved groupsync.Plan
	if err := json.Unmarshal(stored, &approved); err != nil {
		fmt.Println(err)
		return
	}
	_, err = groupsync.Apply(ctx, client.Groups, &approved, groupsync.ApplyOptions{
		Journal: func(step groupsync.Step, err error) { fmt.Println(step, step.IDs, err) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Output:
	// create "Engineering" [] <nil>
	// add users of "Engineering" (1) [u-ada] <nil>
}

func ExampleCompute_guard() {
	label, _ := groupsync.Label("", "hr", "team-17")
	users := []frontegg.User{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	actual := []frontegg.Group{{ID: "1", Name: "Engineering", Metadata: label, Users: users, Roles: []frontegg.Role{}}}
	wanted := []groupsync.Group{{Key: "team-17", Name: "Engineering", UserIDs: []string{}}} // a broken export

	_, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr"})
	if guard, ok := errors.AsType[*groupsync.GuardError](err); ok {
		fmt.Println(guard.Guard)
		fmt.Println(guard.Detail)
	}
	// Output:
	// removals from a group
	// members: "Engineering" would lose 4 of 4; 3 are always allowed, else a share of 0.2; if this is meant, raise Options.MaxChange for one run
}

func ExampleOptions() {
	label, _ := groupsync.Label("", "hr", "team-9")
	actual := []frontegg.Group{
		{ID: "1", Name: "Engineering", Users: []frontegg.User{}, Roles: []frontegg.Role{{ID: "r-editor"}}}, // made by hand
		{ID: "2", Name: "Old team", Metadata: label, Users: []frontegg.User{{ID: "u-bob"}}, Roles: []frontegg.Role{}},
	}
	wanted := []groupsync.Group{{Key: "team-17", Name: "Engineering", UserIDs: []string{"u-ada"}}}
	for _, opts := range []groupsync.Options{
		{Owner: "hr"},
		{Owner: "hr", Adopt: true, Empty: true},
		{Owner: "hr", Adopt: true, GrantRoles: true, Delete: true},
	} {
		plan, err := groupsync.Compute(wanted, actual, opts)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("GrantRoles %v, Adopt %v, Empty %v, Delete %v:\n", opts.GrantRoles, opts.Adopt, opts.Empty, opts.Delete)
		for _, step := range plan.Steps {
			fmt.Println(" ", step)
		}
		for _, skip := range plan.Skipped {
			fmt.Println("  skipped:", skip.Name, skip.Reason)
		}
	}
	// Output:
	// GrantRoles false, Adopt false, Empty false, Delete false:
	//   skipped: Engineering has a wanted name that is taken
	//   skipped: Engineering has no label of this owner
	//   skipped: Old team is no longer wanted, and Options.Delete and Options.Empty are off
	// GrantRoles false, Adopt true, Empty true, Delete false:
	//   remove users of "Old team" (1)
	//   adopt "Engineering"
	//   skipped: Engineering carries roles, and Options.GrantRoles is off
	// GrantRoles true, Adopt true, Empty false, Delete true:
	//   delete "Old team"
	//   adopt "Engineering"
	//   add users of "Engineering" (1)
}

func ExampleLabel() {
	metadata, err := groupsync.Label(`{"costCentre":7}`, "hr", "team-17")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata)
	// Output: {"costCentre":7,"groupsync":{"owner":"hr","key":"team-17"}}
}

func ExamplePlan_String() {
	wanted := []groupsync.Group{{Key: "team-17", Name: "Engineering", Description: new("writes code"), UserIDs: []string{}}}
	label, _ := groupsync.Label("", "hr", "team-17")
	actual := []frontegg.Group{
		{ID: "1", Name: "Development", Metadata: label, Roles: []frontegg.Role{}, Users: []frontegg.User{{ID: "u-1", Email: "ada@example.com"}}},
		{ID: "2", Name: "Board"},
	}
	plan, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output:
	// 3 steps in all
	//    groups  0 create  1 rename  1 edit  0 delete
	//   members     0 add  1 remove
	//     roles     0 add  0 remove
	//
	// remove users  Engineering     1: ada@example.com
	// rename        Engineering  was Development
	// edit          Engineering  description "writes code"
	//
	// skipped, 1 in all
	// 1  has no label of this owner  Board
}
