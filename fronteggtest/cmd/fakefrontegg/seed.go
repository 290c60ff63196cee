package main

import (
	"fmt"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// demoTenant is the account that -seed fills.
const demoTenant = "acme"

var (
	demoRoles = []string{"Admin", "Editor", "Viewer", "Billing", "Auditor"}
	demoTeams = []string{
		"Engineering", "Design", "Product", "Sales", "Marketing", "Support",
		"Finance", "Legal", "People", "Operations", "Security", "Data",
	}
	demoFirst = []string{
		"Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ida",
		"John", "Katherine", "Lynn", "Margaret", "Niklaus", "Olga", "Peter", "Radia", "Sophie", "Tim",
	}
	demoLast = []string{"Abel", "Brand", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Haas", "Ito", "Jensen"}
)

// seeded says what seed made.
type seeded struct {
	roles, users, groups   int
	apiClientID, apiSecret string
}

// seed fills the demo tenant: each person is in one team, teams have a role, and
// one team is kept by an identity provider.
func seed(s *fronteggtest.Server) seeded {
	var roles []frontegg.Role
	for level, name := range demoRoles {
		roles = append(roles, s.AddRole(demoTenant, frontegg.Role{
			Key: strings.ToLower(name), Name: name, Level: level, IsDefault: name == "Viewer",
		}))
	}
	teams := make([]frontegg.Group, len(demoTeams))
	users := 0
	for _, last := range demoLast {
		for _, first := range demoFirst {
			u := s.AddUser(demoTenant, frontegg.User{
				Name: first + " " + last, Email: strings.ToLower(first + "." + last + "@acme.example"), ActivatedForTenant: true,
			})
			team := &teams[users%len(teams)]
			team.Users = append(team.Users, u)
			users++
		}
	}
	for i, name := range demoTeams {
		teams[i].Name, teams[i].Description, teams[i].Color = name, "Everyone in "+name, "#4f46e5"
		teams[i].Roles = roles[i%len(roles) : i%len(roles)+1]
		if name == "Security" {
			teams[i].ManagedBy = frontegg.ManagedBySCIM
		}
		s.AddGroup(demoTenant, teams[i])
	}
	out := seeded{roles: len(roles), users: users, groups: len(teams)}
	out.apiClientID, out.apiSecret = s.AddAPIToken(demoTenant)
	return out
}

func (d seeded) String() string {
	return fmt.Sprintf("tenant %s: %d groups, %d users, %d roles; API token clientId=%s secret=%s\n",
		demoTenant, d.groups, d.users, d.roles, d.apiClientID, d.apiSecret)
}
