package groupsync_test

import (
	"context"
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
	ada := server.AddUser("acme", frontegg.User{Email: "ada@example.com"})
	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	err = synchronize(ctx, client.Groups, []groupsync.Group{
		{Key: "team-17", Name: "Engineering", UserIDs: []string{ada.ID}},
		{Key: "team-18", Name: "Support", UserIDs: []string{}},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// create "Engineering"
	// create "Support"
	// add users of "Engineering" (1)
	// 3 of 3 steps, 2 groups created
}

// synchronize is a whole run: read, compute, show, apply.
func synchronize(ctx context.Context, groups *frontegg.GroupsService, wanted []groupsync.Group) error {
	var actual []frontegg.Group
	for g, err := range groups.All(ctx, frontegg.WalkOptions{}, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return err // never plan on half a list
		}
		actual = append(actual, g)
	}
	plan, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr"})
	if err != nil {
		return err
	}
	for _, step := range plan.Steps {
		fmt.Println(step)
	}
	report, err := groupsync.Apply(ctx, groups, plan, groupsync.ApplyOptions{})
	fmt.Printf("%d of %d steps, %d groups created\n", report.Done, report.Total, report.Created)
	return err
}

func ExampleCompute_guard() {
	mark, _ := groupsync.Mark("", "hr", "team-17")
	users := []frontegg.User{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	actual := []frontegg.Group{{ID: "1", Name: "Engineering", Metadata: mark, Users: users, Roles: []frontegg.Role{}}}
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

func ExampleMark() {
	metadata, err := groupsync.Mark(`{"costCentre":7}`, "hr", "team-17")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata)
	// Output: {"costCentre":7,"groupsync":{"owner":"hr","key":"team-17"}}
}

func ExamplePlan_String() {
	wanted := []groupsync.Group{{Key: "team-17", Name: "Engineering", Description: new("writes code")}}
	mark, _ := groupsync.Mark("", "hr", "team-17")
	actual := []frontegg.Group{{ID: "1", Name: "Development", Metadata: mark}, {ID: "2", Name: "Board"}}
	plan, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output:
	// 2 steps in all
	//    groups  0 create  1 rename  1 edit  0 delete
	//   members     0 add  0 remove
	//     roles     0 add  0 remove
	//
	// rename  Engineering  was Development
	// edit    Engineering  description "writes code"
	//
	// skipped, 1 in all
	// 1  has no label of this owner  Board
}
