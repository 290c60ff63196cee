package frontegg_test

import (
	"context"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func Example() {
	// In a program: NewClient(WithCredentials(clientID, apiKey), WithTenant(tenantID)).
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com"})
	server.AddUser("acme", frontegg.User{ID: "u-alan", Email: "alan@example.com"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
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
