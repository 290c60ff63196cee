package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
)

func ExampleGroupsService_Create() {
	client, _ := demo()
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

// A name is unique in an account. Whether a taken one is an error is for the
// program to say; with Ensure it is none.
func ExampleGroupsService_Create_conflict() {
	client, _ := demo()
	ctx := context.Background()
	_, err := client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Engineering"})
	if errors.Is(err, frontegg.ErrConflict) {
		group, err := client.Groups.FindByName(ctx, "Engineering")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("the name is taken by", group.ID)
	}
	// Output: the name is taken by g-1
}

// Ensure can be repeated after any failure, and by programs that race.
func ExampleGroupsService_Ensure() {
	client, _ := demo()
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

// Roles and users come only where they are asked for.
func ExampleGroupsService_Get() {
	client, _ := demo()
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

// A nil field stays as it is; an empty text clears.
func ExampleGroupsService_Update() {
	client, _ := demo()
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

// What is gone already need not be an error.
func ExampleGroupsService_Delete() {
	client, _ := demo()
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

// The configuration belongs to the environment: no tenant is needed.
func ExampleGroupsService_Config() {
	client, _ := demo()
	config, err := client.Groups.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("groups:", config.Enabled, "roles of groups:", config.RolesEnabled)
	// Output: groups: true roles of groups: true
}

func ExampleGroupsService_UpdateConfig() {
	client, _ := demo()
	ctx := context.Background()
	err := client.Groups.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{RolesEnabled: new(false)})
	if err != nil {
		log.Fatal(err)
	}
	config, err := client.Groups.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("groups:", config.Enabled, "roles of groups:", config.RolesEnabled)
	// Output: groups: true roles of groups: false
}

// Metadata is a text for the API, and a value of your own for the program.
func ExampleEncodeMetadata() {
	client, _ := demo()
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

// A group without metadata leaves the value as it is.
func ExampleGroup_DecodeMetadata() {
	client, _ := demo()
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
