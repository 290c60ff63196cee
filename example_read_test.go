package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// List is for tenants whose groups fit into one response. See All.
func ExampleGroupsService_List() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Groups.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(groups), "groups")
	// Output: 3 groups
}

func ExampleGroupsService_All() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for group, err := range client.Groups.All(context.Background(), frontegg.WalkOptions{SortBy: frontegg.SortByName}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.Name)
	}
	// Output:
	// Engineering
	// Operations
	// Support
}

// Pages are fetched ahead of the loop, and groups are still yielded in order.
func ExampleGroupsService_All_concurrently() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for range 1000 {
		server.AddGroup("acme", frontegg.Group{})
	}
	walk := frontegg.WalkOptions{PageSize: 100, Concurrency: 8}
	n := 0
	for _, err := range client.Groups.All(context.Background(), walk) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n, "groups in", server.Count("groups.listPage"), "requests")
	// Output: 1000 groups in 10 requests
}

// A break ends the walk: nothing more is sent.
func ExampleGroupsService_All_break() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	for group, err := range client.Groups.All(context.Background(), frontegg.WalkOptions{PageSize: 1}) {
		if err != nil {
			log.Fatal(err)
		}
		if group.Name == "Operations" {
			fmt.Println("found", group.ID)
			break
		}
	}
	fmt.Println("pages read:", server.Count("groups.listPage"))
	// Output:
	// found g-2
	// pages read: 2
}

// ListPage is for a user interface that shows one page.
func ExampleGroupsService_ListPage() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.Groups.ListPage(context.Background(), frontegg.PageOptions{
		Page: 0, Size: 2, SortBy: frontegg.SortByName, Order: frontegg.Descending,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, group := range page.Groups {
		fmt.Println(group.Name)
	}
	fmt.Printf("page %d of %d, %d groups, more: %t\n", page.Page+1, page.TotalPages, page.TotalItems, page.HasNext())
	// Output:
	// Support
	// Operations
	// page 1 of 2, 3 groups, more: true
}

// BulkGet takes any number of IDs. The groups are in the order of the IDs, without those
// that do not exist.
func ExampleGroupsService_BulkGet() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Groups.BulkGet(context.Background(), []string{"g-3", "g-gone", "g-1"})
	if err != nil {
		log.Fatal(err)
	}
	for _, group := range groups {
		fmt.Println(group.ID, group.Name)
	}
	// Output:
	// g-3 Support
	// g-1 Engineering
}

func ExampleGroupsService_FindByName() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	group, err := client.Groups.FindByName(ctx, "Support")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.ID)

	_, err = client.Groups.FindByName(ctx, "support") // exactly the name
	fmt.Println(errors.Is(err, frontegg.ErrNotFound))
	// Output:
	// g-3
	// true
}
