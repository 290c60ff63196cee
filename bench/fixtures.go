package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
)

// kind is how much a group of a fixture holds.
type kind string

const (
	slim kind = "slim" // no relations: about 300 bytes
	one  kind = "one"  // a role and two users: about 1 KB
	full kind = "full" // roles and users: about 2.5 KB
)

// created is the creation time of all fixtures. Frontegg sends milliseconds.
var created = time.Date(2026, 3, 14, 15, 9, 26, 535e6, time.UTC)

// groupID returns the ID of group i. All have the same length.
func groupID(i int) string { return fmt.Sprintf("3f2b6a1c-7d44-4e19-9c0e-%012d", i) }

// group returns a group of the kind.
func group(k kind, id string) frontegg.Group {
	g := frontegg.Group{
		ID: id, Name: "Engineering, platform team", Color: "#4f46e5", Description: "Everyone who runs the platform",
		Metadata: `{"costCentre":"4711"}`, ManagedBy: frontegg.ManagedByFrontegg, CreatedAt: created, UpdatedAt: created.Add(36 * time.Hour),
	}
	roles, users := 0, 0
	switch k {
	case one:
		roles, users = 1, 2
	case full:
		roles, users = 2, 7
	}
	for i := range roles {
		g.Roles = append(g.Roles, frontegg.Role{
			ID: fmt.Sprintf("9b1d-role-%04d", i), VendorID: "5d7e0f2a-vendor", TenantID: "a71c-tenant", Key: fmt.Sprintf("role.key.%d", i),
			Name: fmt.Sprintf("Role %d", i), Description: "May do a thing in every environment", Level: i, CreatedAt: created, UpdatedAt: created,
		})
	}
	for i := range users {
		g.Users = append(g.Users, frontegg.User{
			ID: fmt.Sprintf("c0ffee00-1234-4e19-9c0e-%s%04d", id[len(id)-8:], i), Email: fmt.Sprintf("person.%d@example.com", i),
			Name: fmt.Sprintf("Person Number %d", i), ProfilePictureURL: fmt.Sprintf("https://cdn.example.com/pictures/%d.png", i),
			ActivatedForTenant: true, CreatedAt: created,
		})
	}
	return g
}

// newGroup is the input of a create whose response is about 1 KB.
var newGroup = frontegg.CreateGroupParams{
	Name: "Engineering, platform team", Color: "#4f46e5", Description: "Everyone who runs the platform",
	Metadata: `{"note":"` + strings.Repeat("the quick brown fox ", 36) + `"}`,
}

// createdGroup is the response to newGroup.
func createdGroup() frontegg.Group {
	g := group(slim, groupID(1))
	g.Metadata = newGroup.Metadata
	return g
}

// listOf returns the response body of a list of n groups.
func listOf(k kind, n int) []byte {
	groups := make([]frontegg.Group, n)
	for i := range groups {
		groups[i] = group(k, groupID(i))
	}
	return encode(struct {
		Groups []frontegg.Group `json:"groups"`
	}{groups})
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
