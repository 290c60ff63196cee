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

// Unknown addresses are missing in the result.
func ExampleUsersService_FindByEmails() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	emails := []string{"Ada@Example.com", "nobody@example.com"}
	users, err := client.Users.FindByEmails(context.Background(), emails)
	if err != nil {
		log.Fatal(err)
	}
	for _, email := range emails {
		user, ok := users[email]
		fmt.Println(email, ok, user.ID)
	}
	// Output:
	// Ada@Example.com true u-ada
	// nobody@example.com false
}

func ExampleUsersService_FindByEmail() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Users.FindByEmail(context.Background(), "ada@example.co")
	fmt.Println(errors.Is(err, frontegg.ErrNotFound))
	// Output: true
}

// GroupIDs finds the groups of a user without reading all groups.
func ExampleUsersService_GroupIDs() {
	server := fronteggtest.NewServer()
	defer server.Close()
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Users: []frontegg.User{ada}})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Users.GroupIDs(context.Background(), []string{"u-ada"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(groups["u-ada"])
	// Output: [g-1]
}

// A key that a role of the environment and a role of the tenant share is ambiguous.
func ExampleRolesService_FindByKeys() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	roles, err := client.Roles.FindByKeys(context.Background(), []string{"viewer", "auditor"})
	if errors.Is(err, frontegg.ErrAmbiguous) {
		log.Fatal(err) // has both IDs
	}
	if err != nil {
		log.Fatal(err)
	}
	_, known := roles["auditor"]
	fmt.Println(roles["viewer"].ID, known)
	// Output: r-viewer false
}

// All tenants of the environment: no tenant is sent, although the client has one.
func ExampleTenantsService_All() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme"})
	server.AddTenant(frontegg.Tenant{ID: "globex", Name: "Globex"})
	server.AddGroup("globex", frontegg.Group{Name: "Research"})
	client, err := server.MemoryClient()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	for tenant, err := range client.Tenants.All(ctx, frontegg.TenantWalkOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		groups, err := client.ForTenant(tenant.ID).Groups.List(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tenant.Name, len(groups))
	}
	// Output:
	// Acme 0
	// Globex 1
}

// Do has the token, tenant, rate limits, retries and errors of all other calls.
func ExampleClient_Do() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	var user struct{ ID, Email string }
	err = client.Do(context.Background(), frontegg.Request{
		Method:   http.MethodGet,
		Path:     "/identity/resources/users/v1/email",
		Query:    map[string][]string{"email": {"ada@example.com"}},
		NoTenant: true, // a route of the environment
	}, &user)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.ID)
	// Output: u-ada
}
