package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func ExampleGroupsService_AddUsers() {
	client, server := demo()
	// Grace is a member already: that is no error. Ids, never e-mail addresses.
	err := client.Groups.AddUsers(context.Background(), "g-1", []string{"u-alan", "u-grace"})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range server.Groups("acme")[0].Users {
		fmt.Println(u.Name)
	}
	// Output:
	// Ada
	// Grace
	// Alan
}

func ExampleGroupsService_RemoveUsers() {
	client, server := demo()
	err := client.Groups.RemoveUsers(context.Background(), "g-1", []string{"u-grace"})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range server.Groups("acme")[0].Users {
		fmt.Println(u.Name)
	}
	// Output: Ada
}

func ExampleGroupsService_AddRoles() {
	client, server := demo()
	err := client.Groups.AddRoles(context.Background(), "g-1", []string{"r-admin"})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range server.Groups("acme")[0].Roles {
		fmt.Println(r.Key)
	}
	// Output:
	// viewer
	// admin
}

func ExampleGroupsService_RemoveRoles() {
	client, server := demo()
	err := client.Groups.RemoveRoles(context.Background(), "g-1", []string{"r-viewer"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(server.Groups("acme")[0].Roles))
	// Output: 0
}

// SetUsers makes the members exactly these, and tells what that took.
func ExampleGroupsService_SetUsers() {
	client, _ := demo()
	change, err := client.Groups.SetUsers(context.Background(), "g-1", []string{"u-ada", "u-alan"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("removed", change.Removed)
	fmt.Println("added", change.Added)
	// Output:
	// removed [u-grace]
	// added [u-alan]
}

func ExampleGroupsService_SetRoles() {
	client, _ := demo()
	change, err := client.Groups.SetRoles(context.Background(), "g-2", []string{"r-viewer"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("removed", change.Removed)
	fmt.Println("added", change.Added)
	// Output:
	// removed [r-admin]
	// added []
}

// A list of more than 500 ids goes in several requests. When one fails, the
// error tells what holds and what is left.
func ExampleBatchError() {
	client, server := demo()
	var ids []string
	for range 1200 {
		ids = append(ids, server.AddUser("acme", frontegg.User{}).ID)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.addUsers", After: 1, Status: http.StatusForbidden})

	err := client.Groups.AddUsers(context.Background(), "g-3", ids)
	if batch, ok := errors.AsType[*frontegg.BatchError](err); ok {
		fmt.Println(len(batch.Applied), "added,", len(batch.Pending), "left:", errors.Is(err, frontegg.ErrForbidden))
		err = client.Groups.AddUsers(context.Background(), "g-3", batch.Pending)
	}
	fmt.Println(err)
	// Output:
	// 500 added, 700 left: true
	// <nil>
}
