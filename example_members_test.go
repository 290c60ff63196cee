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
	server := fronteggtest.NewServer()
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com", Name: "Ada"})
	grace := server.AddUser("acme", frontegg.User{ID: "u-grace", Email: "grace@example.com", Name: "Grace"})
	server.AddUser("acme", frontegg.User{ID: "u-alan", Email: "alan@example.com", Name: "Alan"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Users: []frontegg.User{ada, grace}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	// Grace is already a member, which is not an error.
	err = client.Groups.AddUsers(context.Background(), "g-1", []string{"u-alan", "u-grace"})
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
	server := fronteggtest.NewServer()
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com", Name: "Ada"})
	grace := server.AddUser("acme", frontegg.User{ID: "u-grace", Email: "grace@example.com", Name: "Grace"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Users: []frontegg.User{ada, grace}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	err = client.Groups.RemoveUsers(context.Background(), "g-1", []string{"u-grace"})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range server.Groups("acme")[0].Users {
		fmt.Println(u.Name)
	}
	// Output: Ada
}

func ExampleGroupsService_AddRoles() {
	server := fronteggtest.NewServer()
	defer server.Close()
	viewer := server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	server.AddRole("acme", frontegg.Role{ID: "r-admin", Key: "admin"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Roles: []frontegg.Role{viewer}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	err = client.Groups.AddRoles(context.Background(), "g-1", []string{"r-admin"})
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
	server := fronteggtest.NewServer()
	defer server.Close()
	viewer := server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Roles: []frontegg.Role{viewer}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	err = client.Groups.RemoveRoles(context.Background(), "g-1", []string{"r-viewer"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(server.Groups("acme")[0].Roles))
	// Output: 0
}

// SetUsers makes the members exactly these, and returns what it changed.
func ExampleGroupsService_SetUsers() {
	server := fronteggtest.NewServer()
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com", Name: "Ada"})
	grace := server.AddUser("acme", frontegg.User{ID: "u-grace", Email: "grace@example.com", Name: "Grace"})
	server.AddUser("acme", frontegg.User{ID: "u-alan", Email: "alan@example.com", Name: "Alan"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Users: []frontegg.User{ada, grace}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
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
	server := fronteggtest.NewServer()
	defer server.Close()
	viewer := server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	admin := server.AddRole("acme", frontegg.Role{ID: "r-admin", Key: "admin"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations", Roles: []frontegg.Role{viewer, admin}})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
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

// More than 500 IDs are sent in several requests. If one fails, the error has the IDs
// that were applied and those that were not.
func ExampleBatchError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	var ids []string
	for range 1200 {
		ids = append(ids, server.AddUser("acme", frontegg.User{}).ID)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.addUsers", After: 1, Status: http.StatusForbidden})

	err = client.Groups.AddUsers(context.Background(), "g-3", ids)
	if batch, ok := errors.AsType[*frontegg.BatchError](err); ok {
		fmt.Println(len(batch.Applied), "added,", len(batch.Pending), "left:", errors.Is(err, frontegg.ErrForbidden))
		err = client.Groups.AddUsers(context.Background(), "g-3", batch.Pending)
	}
	fmt.Println(err)
	// Output:
	// 500 added, 700 left: true
	// <nil>
}
