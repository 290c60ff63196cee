package fronteggtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// Run a program against a server with some data, then check the state.
func Example() {
	server := fronteggtest.NewServer() // in a test: fronteggtest.Start(t)
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{Name: "Ada"})
	editor := server.AddRole("acme", frontegg.Role{Name: "Editor"})

	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		panic(err)
	}

	// The program.
	ctx := context.Background()
	team, err := client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Writers"})
	if err != nil {
		panic(err)
	}
	if err := client.Groups.AddRoles(ctx, team.ID, []string{editor.ID}); err != nil {
		panic(err)
	}
	if err := client.Groups.AddUsers(ctx, team.ID, []string{ada.ID}); err != nil {
		panic(err)
	}

	// The result.
	for _, g := range server.Groups("acme") {
		fmt.Println(g.Name, g.Roles[0].Name, g.Users[0].Name)
	}
	for _, r := range server.Requests() {
		fmt.Println(r.Op, r.Status)
	}
	// Output:
	// Writers Editor Ada
	// auth.vendor 200
	// groups.create 201
	// groups.addRoles 201
	// groups.addUsers 201
}

// The response to a create is lost. A program that simply retries gets a conflict;
// Ensure finds the group.
func ExampleServer_Inject() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		panic(err)
	}

	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
	ctx := context.Background()
	_, err = client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Writers"})
	fmt.Println("outcome unknown:", errors.Is(err, frontegg.ErrOutcomeUnknown))

	g, created, err := client.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: "Writers"})
	fmt.Println(g.Name, created, err)
	fmt.Println("created:", server.Applied("groups.create"))
	// Output:
	// outcome unknown: true
	// Writers false <nil>
	// created: 1
}

// The service is unavailable for two requests.
func ExampleServer_Inject_outage() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		panic(err)
	}

	server.Inject(fronteggtest.Fault{Op: "groups.*", Status: http.StatusServiceUnavailable, Times: 2})
	groups, err := client.Groups.List(context.Background())
	fmt.Println(len(groups), err)
	fmt.Println("requests:", server.Count("groups.list"))
	// Output:
	// 0 <nil>
	// requests: 3
}

// A client without a port, as for a test in a testing/synctest bubble.
func ExampleServer_MemoryClient() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{Name: "Writers"})

	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		panic(err)
	}
	g, err := client.Groups.FindByName(context.Background(), "Writers")
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Name, g.ManagedBy)
	// Output:
	// Writers frontegg
}

// An API token belongs to a tenant, so calls need not name it.
func ExampleServer_AddAPIToken() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{Name: "Writers"})

	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(server.URL()),
		frontegg.WithAPIToken(server.AddAPIToken("acme")),
	)
	if err != nil {
		panic(err)
	}
	groups, err := client.Groups.List(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println(len(groups), groups[0].Name)
	// Output:
	// 1 Writers
}

// A program that starts from an address and a role key finds the IDs with the
// lookups.
func ExampleServer_AddTenant() {
	server := fronteggtest.NewServer()
	defer server.Close()
	acme := server.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme Inc."})
	server.AddUser(acme.ID, frontegg.User{Email: "ada@example.com", Name: "Ada"})
	server.AddRole("", frontegg.Role{Key: "editor", Name: "Editor"}) // of every tenant

	client, err := server.Client()
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	for tenant, err := range client.Tenants.All(ctx, frontegg.TenantWalkOptions{}) {
		if err != nil {
			panic(err)
		}
		view := client.ForTenant(tenant.ID)
		user, err := view.Users.FindByEmail(ctx, "ADA@example.com")
		if err != nil {
			panic(err)
		}
		roles, err := view.Roles.FindByKeys(ctx, []string{"editor"})
		if err != nil {
			panic(err)
		}
		fmt.Println(tenant.Name, user.Name, roles["editor"].Name)
	}
	// Output:
	// Acme Inc. Ada Editor
}

// Every request to add one of the users is refused.
func ExampleFault_mentions() {
	server := fronteggtest.NewServer()
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{Name: "Ada"})
	team := server.AddGroup("acme", frontegg.Group{Name: "Writers"})
	server.Inject(fronteggtest.Fault{Op: "groups.addUsers", Mentions: ada.ID, Status: http.StatusForbidden, Times: -1})

	client, err := server.Client(frontegg.WithTenant("acme"))
	if err != nil {
		panic(err)
	}
	err = client.Groups.AddUsers(context.Background(), team.ID, []string{ada.ID})
	fmt.Println(errors.Is(err, frontegg.ErrForbidden))
	// Output:
	// true
}
