package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// connect returns a client for the tenant that the environment names, or for a fake
// server in memory if no FRONTEGG_ variable is set. closeAll frees both.
func connect(tenant string, stderr io.Writer) (client *frontegg.Client, closeAll func(), err error) {
	options := []frontegg.ClientOption{frontegg.WithApplication("export", frontegg.Version)}
	if tenant != "" {
		options = append(options, frontegg.WithTenant(tenant))
	}
	if cli.HasEnvironment() {
		fmt.Fprintln(stderr, "export:", cli.Target(tenant))
		client, err = frontegg.NewClientFromEnv(options...)
		if err != nil {
			return nil, nil, err
		}
		return client, func() { _ = client.Close() }, nil
	}
	fmt.Fprintln(stderr, "export: no FRONTEGG_ variables are set: made-up data of a fake server")
	if tenant == "" {
		tenant = "acme"
	}
	server := fronteggtest.NewServer()
	seed(server, tenant)
	client, err = server.Client(append(options, frontegg.WithTenant(tenant))...)
	if err != nil {
		server.Close()
		return nil, nil, err
	}
	return client, func() { _ = client.Close(); server.Close() }, nil
}

// seed adds something to export to a tenant.
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
