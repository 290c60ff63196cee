package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// demoTenant is the first tenant of -seed.
const demoTenant = "acme"

// smallTenantUsers is the number of users of each further tenant.
const smallTenantUsers = 10

var (
	demoRoles       = []string{"Admin", "Editor", "Viewer"} // of the environment
	demoTenantRoles = []string{"Billing", "Auditor"}        // of demoTenant
	demoTeams       = []string{
		"Engineering", "Design", "Product", "Sales", "Marketing", "Support",
		"Finance", "Legal", "People", "Operations", "Security", "Data",
	}
	demoFirst = []string{
		"Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ida",
		"John", "Katherine", "Lynn", "Margaret", "Niklaus", "Olga", "Peter", "Radia", "Sophie", "Tim",
	}
	demoLast = []string{"Abel", "Brand", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Haas", "Ito", "Jensen"}
	demoDate = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// seed adds tenants with users, roles and groups, and returns a summary whose lines
// are comments of a shell.
func seed(s *fronteggtest.Server, tenants, users int) string {
	roles := addRoles(s, "", demoRoles)
	s.AddTenant(frontegg.Tenant{ID: demoTenant, Name: "Acme Inc.", CreatedAt: demoDate})
	own := addRoles(s, demoTenant, demoTenantRoles)
	all := slices.Concat(roles, own)
	addTeams(s, demoTenant, all, demoTeams, users)
	clientID, secret := s.AddAPIToken(demoTenant)
	for i := 2; i <= tenants; i++ {
		id := fmt.Sprintf("tenant-%04d", i)
		s.AddTenant(frontegg.Tenant{ID: id, Name: fmt.Sprintf("Tenant %d", i), CreatedAt: demoDate})
		addTeams(s, id, roles, demoTeams[:3], smallTenantUsers)
	}
	text := fmt.Sprintf("# tenant %s: %d groups, %d users, %d roles; API token clientId=%s secret=%s\n",
		demoTenant, len(demoTeams), users, len(all), clientID, secret)
	if tenants > 1 {
		text += fmt.Sprintf("# tenants tenant-0002 to tenant-%04d: 3 groups, %d users each\n", tenants, smallTenantUsers)
	}
	return text
}

func addRoles(s *fronteggtest.Server, tenantID string, names []string) []frontegg.Role {
	var roles []frontegg.Role
	for level, name := range names {
		roles = append(roles, s.AddRole(tenantID, frontegg.Role{
			Key: strings.ToLower(name), Name: name, Level: level, IsDefault: name == "Viewer", CreatedAt: demoDate,
		}))
	}
	return roles
}

// addTeams adds users, each in one team. Each team has a role. The team Security is
// managed by an identity provider.
func addTeams(s *fronteggtest.Server, tenantID string, roles []frontegg.Role, names []string, users int) {
	teams := make([]frontegg.Group, len(names))
	for i := range users {
		u := s.AddUser(tenantID, person(tenantID, i))
		team := &teams[i%len(teams)]
		team.Users = append(team.Users, u)
	}
	for i, name := range names {
		teams[i].Name, teams[i].Description, teams[i].Color = name, "Everyone in "+name, "#4f46e5"
		teams[i].Roles = roles[i%len(roles) : i%len(roles)+1]
		teams[i].CreatedAt = demoDate
		if name == "Security" {
			teams[i].ManagedBy = frontegg.ManagedBySCIM
		}
		s.AddGroup(tenantID, teams[i])
	}
}

// person returns the user i of a tenant.
func person(tenantID string, i int) frontegg.User {
	first, last := demoFirst[i%len(demoFirst)], demoLast[i/len(demoFirst)%len(demoLast)]
	name := first + " " + last
	if round := i / (len(demoFirst) * len(demoLast)); round > 0 {
		name += fmt.Sprintf(" %d", round+1)
	}
	return frontegg.User{
		Name: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@" + tenantID + ".example",
		ActivatedForTenant: true, Verified: true, CreatedAt: demoDate,
	}
}
