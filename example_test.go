package frontegg_test

import (
	"context"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// demo returns an in-memory Frontegg and a client that acts on its account
// "acme", which has three groups, three users and two roles.
func demo(opts ...frontegg.ClientOption) (*frontegg.Client, *fronteggtest.Server) {
	server := fronteggtest.NewServer()
	viewer := server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer", Name: "Viewer"})
	admin := server.AddRole("acme", frontegg.Role{ID: "r-admin", Key: "admin", Name: "Admin"})
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com", Name: "Ada"})
	grace := server.AddUser("acme", frontegg.User{ID: "u-grace", Email: "grace@example.com", Name: "Grace"})
	server.AddUser("acme", frontegg.User{ID: "u-alan", Email: "alan@example.com", Name: "Alan"})
	server.AddGroup("acme", frontegg.Group{
		ID: "g-1", Name: "Engineering", Color: "#2f6fed",
		Roles: []frontegg.Role{viewer}, Users: []frontegg.User{ada, grace},
	})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations", Roles: []frontegg.Role{viewer, admin}})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support", Metadata: `{"costCenter":"4711"}`})

	client, err := server.MemoryClient(append([]frontegg.ClientOption{frontegg.WithTenant("acme")}, opts...)...)
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

func Example() {
	// In a program: frontegg.NewClient(frontegg.WithCredentials(clientID, apiKey), frontegg.WithTenant(tenantID)).
	client, _ := demo()
	ctx := context.Background()

	group, created, err := client.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: "Design"})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Groups.AddRoles(ctx, group.ID, []string{"r-viewer"}); err != nil {
		log.Fatal(err)
	}
	if err := client.Groups.AddUsers(ctx, group.ID, []string{"u-ada", "u-alan"}); err != nil {
		log.Fatal(err)
	}
	group, err = client.Groups.Get(ctx, group.ID, frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, created: %t, %d members with %d role\n", group.Name, created, len(group.Users), len(group.Roles))
	// Output: Design, created: true, 2 members with 1 role
}
