package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// connect returns a client of Frontegg if the environment has credentials, else
// one of a Frontegg in memory. The function that it returns frees both.
func connect(tenant string, p *progress) (*frontegg.Client, func(), error) {
	options := []frontegg.ClientOption{frontegg.WithApplication("export", frontegg.Version)}
	if tenant != "" {
		options = append(options, frontegg.WithTenant(tenant))
	}
	if environmentIsSet() {
		client, err := frontegg.NewClientFromEnv(options...)
		if err != nil {
			return nil, nil, err
		}
		return client, func() { _ = client.Close() }, nil
	}
	p.note("no FRONTEGG_ variables are set: this is made-up data from a Frontegg in memory")
	if tenant == "" {
		tenant = "acme"
	}
	server := fronteggtest.NewServer()
	seed(server, tenant)
	client, err := server.Client(append(options, frontegg.WithTenant(tenant))...)
	if err != nil {
		server.Close()
		return nil, nil, err
	}
	return client, func() { _ = client.Close(); server.Close() }, nil
}

// environmentIsSet says whether the user meant Frontegg. One variable is enough:
// NewClientFromEnv tells which others are missing.
func environmentIsSet() bool {
	return slices.ContainsFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "FRONTEGG_") && !strings.HasSuffix(variable, "=")
	})
}

// seed puts something to export into an account.
func seed(server *fronteggtest.Server, tenant string) {
	roles := []frontegg.Role{
		server.AddRole(tenant, frontegg.Role{Key: "viewer", Name: "Viewer"}),
		server.AddRole(tenant, frontegg.Role{Key: "editor", Name: "Editor"}),
	}
	for office := range 20 {
		for _, team := range []string{"Sales", "Support", "Engineering"} {
			server.AddGroup(tenant, frontegg.Group{
				Name:  fmt.Sprintf("%s, office %d", team, office+1),
				Roles: roles[:1+office%2],
				Users: []frontegg.User{{Email: fmt.Sprintf("%s-%d@example.com", strings.ToLower(team), office+1)}},
			})
		}
	}
}
