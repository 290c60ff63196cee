package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func ExampleGroupsService_Create() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	group, err := client.Groups.Create(context.Background(), frontegg.CreateGroupParams{
		Name:        "Design",
		Description: "Everyone who draws",
		Color:       "#8b5cf6",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, group.ManagedBy, group.ID != "")
	// Output: Design frontegg true
}

// A name is unique in a tenant. The program decides whether a taken name is an error.
// With Ensure it is not.
func ExampleGroupsService_Create_conflict() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	_, err = client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Engineering"})
	if errors.Is(err, frontegg.ErrConflict) {
		group, err := client.Groups.FindByName(ctx, "Engineering")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("the name is taken by", group.ID)
	}
	// Output: the name is taken by g-1
}

// Ensure is safe to retry after any failure, and safe in programs that race.
func ExampleGroupsService_Ensure() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		group, created, err := client.Groups.Ensure(context.Background(), frontegg.CreateGroupParams{Name: "Design"})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.Name, created)
	}
	// Output:
	// Design true
	// Design false
}

// Roles and users are nil unless they are requested.
func ExampleGroupsService_Get() {
	server := fronteggtest.NewServer()
	defer server.Close()
	viewer := server.AddRole("acme", frontegg.Role{ID: "r-viewer", Key: "viewer"})
	ada := server.AddUser("acme", frontegg.User{ID: "u-ada", Email: "ada@example.com", Name: "Ada"})
	grace := server.AddUser("acme", frontegg.User{ID: "u-grace", Email: "grace@example.com", Name: "Grace"})
	server.AddGroup("acme", frontegg.Group{
		ID: "g-1", Name: "Engineering", Color: "#2f6fed",
		Roles: []frontegg.Role{viewer}, Users: []frontegg.User{ada, grace},
	})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	group, err := client.Groups.Get(context.Background(), "g-1", frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, group.Color)
	for _, r := range group.Roles {
		fmt.Println("role", r.Key)
	}
	for _, u := range group.Users {
		fmt.Println("user", u.Email)
	}
	// Output:
	// Engineering #2f6fed
	// role viewer
	// user ada@example.com
	// user grace@example.com
}

// A nil field stays as it is. The empty string clears a field.
func ExampleGroupsService_Update() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering", Color: "#2f6fed"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	group, err := client.Groups.Update(context.Background(), "g-1", frontegg.UpdateGroupParams{
		Description: new("Builds the product"),
		Color:       new(""),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %q, color %q\n", group.Name, group.Description, group.Color)
	// Output: Engineering: "Builds the product", color ""
}

// For a program that wants the group gone, ErrNotFound is success.
func ExampleGroupsService_Delete() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []string{"g-3", "g-3"} {
		err := client.Groups.Delete(context.Background(), id)
		switch {
		case errors.Is(err, frontegg.ErrNotFound):
			fmt.Println(id, "was gone already")
		case err != nil:
			log.Fatal(err)
		default:
			fmt.Println(id, "deleted")
		}
	}
	// Output:
	// g-3 deleted
	// g-3 was gone already
}

// The configuration belongs to the environment: no tenant is sent.
func ExampleGroupsService_Config() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	config, err := client.Groups.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("groups:", config.Enabled, "roles in groups:", config.RolesEnabled)
	// Output: groups: true roles in groups: true
}

func ExampleGroupsService_UpdateConfig() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	err = client.Groups.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{RolesEnabled: new(false)})
	if err != nil {
		log.Fatal(err)
	}
	config, err := client.Groups.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("groups:", config.Enabled, "roles in groups:", config.RolesEnabled)
	// Output: groups: true roles in groups: false
}

// Metadata is a string for the API, and a value of your own type for the program.
func ExampleEncodeMetadata() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	metadata, err := frontegg.EncodeMetadata(map[string]any{"costCenter": "4711", "chat": "#design"})
	if err != nil {
		log.Fatal(err)
	}
	group, err := client.Groups.Create(context.Background(), frontegg.CreateGroupParams{Name: "Design", Metadata: metadata})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Metadata)
	// Output: {"chat":"#design","costCenter":"4711"}
}

// If the group has no metadata, the value stays as it is.
func ExampleGroup_DecodeMetadata() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support", Metadata: `{"costCenter":"4711"}`})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []string{"g-2", "g-3"} {
		group, err := client.Groups.Get(context.Background(), id)
		if err != nil {
			log.Fatal(err)
		}
		info := struct {
			CostCenter string `json:"costCenter"`
		}{CostCenter: "none"}
		if err := group.DecodeMetadata(&info); err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.Name, info.CostCenter)
	}
	// Output:
	// Operations none
	// Support 4711
}
